"""A decision told to people: the same sentences on the page, on the command line and in LISEZ-MOI."""
