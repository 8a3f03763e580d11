"""The image is refused at its build when a library that it promises cannot be imported."""

from importlib import import_module

PROMISED = (
    "duckdb",
    "geopandas",
    "ipykernel",
    "jupyterlab",
    "matplotlib.pyplot",
    "nbconvert",
    "pandas",
    "polars",
    "pyarrow.parquet",
    "sklearn.linear_model",
    "statsmodels.api",
)

if __name__ == "__main__":
    for name in PROMISED:
        import_module(name)
