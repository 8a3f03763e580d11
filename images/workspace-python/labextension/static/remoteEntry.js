// Four plugins: what the guard announces is shown, a way leads back to the hub, LISEZ-MOI stands beside the launcher at
// the first arrival, and a cell that is run while its kernel starts is run.
// A prebuilt extension written by hand: it takes JupyterLab's own modules from the scope that JupyterLab shares.
(() => {
  const PERIOD_MS = 15000;
  const SESSION_OVER = "Votre session est fermée : rien n’est plus enregistré. Rechargez la page pour vous connecter ; vos calculs continuent.";
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

  // Every open document is saved when the end is minutes away.
  const announcements = {
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
        if (answer.status === 401 && shown !== SESSION_OVER) {
          shown = SESSION_OVER;
          Notification.emit(SESSION_OVER, "error", { autoClose: false });
        }
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

  // in this tab: a workspace's page opens no window
  const retour = {
    id: "datalab-workspace:retour",
    autoStart: true,
    activate: app => {
      const page = JSON.parse(document.getElementById("jupyter-config-data").textContent);
      app.commands.addCommand("datalab:projets", {
        label: "Mes projets",
        execute: () => {
          window.location.href = `${page.hubHost}${page.hubPrefix}home`;
        }
      });
    }
  };

  // Rendered, beside the launcher and without taking the focus; once for a home, for then its own layout is restored.
  const README = "donnees/LISEZ-MOI.md";
  const welcome = async (app, registry) => {
    const settings = await registry.load("datalab-workspace:accueil");
    if (settings.get("lu").composite) {
      return;
    }
    await app.serviceManager.contents.get(README, { content: false }); // a home that is full has no link to the data
    if (app.shell.isEmpty("main")) {
      await app.commands.execute("launcher:create"); // JupyterLab opens it later, and only where nothing else is
    }
    const options = { mode: "split-left", activate: false };
    await app.commands.execute("docmanager:open", { path: README, factory: "Markdown Preview", options });
    await settings.set("lu", true);
  };

  const accueil = ({ ISettingRegistry }) => ({
    id: "datalab-workspace:accueil",
    autoStart: true,
    requires: [ISettingRegistry],
    activate: (app, registry) => {
      app.restored.then(() => welcome(app, registry)).catch(() => {});
    }
  });

  const hasKernel = context => Boolean(context.session && context.session.kernel);

  // A notebook's kernel is started once its document is open: what JupyterLab is about to do, done by whoever comes first.
  // True when it could not be started, which JupyterLab then says itself.
  const failedToOpen = async (context, notebook) => {
    if (context.isReady) {
      return false;
    }
    const { kernelPreference } = context;
    const name = notebook.defaultKernelName || kernelPreference.name;
    context.kernelPreference = { ...kernelPreference, name, language: notebook.defaultKernelLanguage };
    const asks = await context.initialize();
    return asks && context.isReady;
  };

  const start = async ({ sessionContext: context, notebook, sessionDialogs }) => {
    const over = (await failedToOpen(context, notebook)) || context.isDisposed || hasKernel(context);
    if (!over && (await context.startKernel()) && sessionDialogs) {
      await sessionDialogs.selectKernel(context);
    }
  };

  // One start for all cells that wait for it: they then go to the kernel in the order in which they were run.
  const starts = new WeakMap();
  const started = options => {
    const { sessionContext: context } = options;
    if (!starts.has(context)) {
      starts.set(context, start(options).finally(() => starts.delete(context)));
    }
    return starts.get(context);
  };

  const runOnceStarted = async (options, run) => {
    const { cell, sessionContext: context } = options;
    const { model } = cell;
    model.executionState = "running"; // the star that says that the cell was taken
    try {
      await started(options);
    } finally {
      if (!cell.isDisposed && !hasKernel(context)) {
        model.sharedModel.transact(() => model.clearExecution());
      }
    }
    return !cell.isDisposed && hasKernel(context) && run(options);
  };

  // JupyterLab 4.6 drops a cell without a word when it is run between the request for a kernel and its answer
  // (github.com/jupyterlab/jupyterlab/issues/8490). Takes the place of @jupyterlab/notebook-extension:cell-executor.
  const cellExecutor = ({ INotebookCellExecutor, runCell }) => ({
    id: "datalab-workspace:cell-executor",
    autoStart: true,
    provides: INotebookCellExecutor,
    activate: () => ({
      runCell: options => {
        const { cell, sessionContext: context } = options;
        const waits = cell.model.type === "code" && context && !(hasKernel(context) && !starts.has(context));
        return waits ? runOnceStarted(options, runCell) : runCell(options);
      }
    })
  });

  window._JUPYTERLAB = window._JUPYTERLAB || {};
  window._JUPYTERLAB["datalab-workspace"] = {
    init: scope => {
      shared = scope;
    },
    get: async () => {
      const [settings, notebook] = await Promise.all([load("@jupyterlab/settingregistry"), load("@jupyterlab/notebook")]);
      const plugins = [announcements, retour, accueil(settings), cellExecutor(notebook)];
      return () => ({ __esModule: true, default: plugins });
    }
  };
})();
