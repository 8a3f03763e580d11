// The way back to "Mes projets", in this tab: a workspace's page opens no window.
// Written by hand in the form in which JupyterLab loads extensions, so that nothing is to be built.
(() => {
  const page = JSON.parse(document.getElementById("jupyter-config-data").textContent);
  const retour = {
    id: "datalab:retour",
    autoStart: true,
    activate: (app) => {
      app.commands.addCommand("datalab:projets", {
        label: "Mes projets",
        execute: () => { window.location.href = `${page.hubHost}${page.hubPrefix}home`; },
      });
    },
  };
  window._JUPYTERLAB = window._JUPYTERLAB || {};
  window._JUPYTERLAB.datalab = { init: () => {}, get: async () => () => ({ __esModule: true, default: [retour] }) };
})();
