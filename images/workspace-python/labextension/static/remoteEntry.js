// Shows what the guard announces, and saves every open document when the end is minutes away.
// A prebuilt extension written by hand: it takes JupyterLab's own modules from the scope that JupyterLab shares.
(() => {
  const PERIOD_MS = 15000;
  const LEVELS = { week: "info", hour: "warning", minutes: "error" };
  let shared;

  const load = async name => (await Object.values(shared[name])[0].get())();

  const saveAll = app => {
    for (const widget of app.shell.widgets("main")) {
      if (widget.context && widget.context.model && widget.context.model.dirty) {
        widget.context.save();
      }
    }
  };

  const plugin = {
    id: "datalab-workspace:announcements",
    autoStart: true,
    activate: async app => {
      const { Notification } = await load("@jupyterlab/apputils");
      const { ServerConnection } = await load("@jupyterlab/services");
      const settings = ServerConnection.makeSettings();
      const address = settings.baseUrl + "datalab/avis";
      let shown = "";
      const look = async () => {
        const answer = await ServerConnection.makeRequest(address, { cache: "no-store" }, settings);
        if (!answer.ok) {
          return;
        }
        const notice = await answer.json();
        const key = JSON.stringify(notice);
        if (!notice.text || key === shown) {
          return;
        }
        shown = key;
        if (notice.level === "minutes") {
          saveAll(app);
        }
        Notification.emit(notice.text, LEVELS[notice.level] || "warning", { autoClose: false });
      };
      const again = () => look().catch(() => {}).finally(() => setTimeout(again, PERIOD_MS));
      app.restored.then(again);
    }
  };

  window._JUPYTERLAB = window._JUPYTERLAB || {};
  window._JUPYTERLAB["datalab-workspace"] = {
    init: scope => {
      shared = scope;
    },
    get: async () => () => ({ __esModule: true, default: plugin })
  };
})();
