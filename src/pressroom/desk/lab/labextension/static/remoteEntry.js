// A JupyterLab extension as module federation wants it, written by hand: there is nothing here to compile.
"use strict";

(() => {
  const NAME = "pressroom";
  const EXPORT = "pressroom:export";
  const LABELS = { briefing_html: "Briefing as HTML", briefing_pdf: "Briefing as PDF" };
  const SUBMENU = "jp-mainmenu-file-notebookexport";
  let shared = {};

  // A library of JupyterLab's own, in the version that it runs.
  async function load(name) {
    const [version] = Object.values(shared[name]);
    return (await version.get())();
  }

  function linkStyle() {
    const config = JSON.parse(document.getElementById("jupyter-config-data").textContent);
    const link = document.createElement("link");
    link.rel = "stylesheet";
    link.href = `${config.baseUrl}pressroom/outputs.css`;
    document.head.append(link);
  }

  // Which cells keep a document from being made, as JupyterLab numbers them.
  function findFault(cells) {
    const code = [...cells].filter((cell) => cell.type === "code" && cell.sharedModel.source.trim());
    const asked = code.filter((cell) => !(cell.getMetadata("tags") || []).includes("skip-execution"));
    const unrun = asked.filter((cell) => !cell.executionCount);
    if (unrun.length) {
      const all = unrun.length === asked.length;
      return all ? "This notebook has not been run." : `${unrun.length} of its ${asked.length} code cells have not been run.`;
    }
    const failed = code.find((cell) => {
      const outputs = cell.sharedModel.getOutputs();
      return outputs.some((output) => output.output_type === "error");
    });
    return failed ? `Cell [${failed.executionCount}] failed.` : null;
  }

  function addCommand(app, tracker) {
    app.commands.addCommand(EXPORT, {
      label: (args) => args.label,
      isEnabled: () => tracker.currentWidget !== null && tracker.currentWidget === app.shell.currentWidget,
      execute: (args) => {
        const fault = findFault(tracker.currentWidget.content.model.cells);
        if (!fault) return app.commands.execute("notebook:export-to-format", args);
        return app.commands.execute("apputils:notify", {
          message: `${fault} A briefing is made of what its cells show: run all cells, then export again.`,
          type: "error",
          options: {
            autoClose: false,
            actions: [{ label: "Run all cells", commandId: "notebook:run-all-cells", displayType: "accent" }],
          },
        });
      },
    });
  }

  // JupyterLab adds an item for each exporter, named by its technical name; ours come first, in words.
  function nameItems(mainMenu) {
    const item = mainMenu.fileMenu.items.find((one) => one.type === "submenu" && one.submenu.id === SUBMENU);
    const menu = item.submenu;
    const add = menu.addItem.bind(menu);
    menu.addItem = (options) => {
      const format = options.args && options.args.format;
      if (!(format in LABELS)) return add(options);
      const place = Math.min(Object.keys(LABELS).indexOf(format), menu.items.length);
      return menu.insertItem(place, { command: EXPORT, args: { format, label: LABELS[format] } });
    };
  }

  // A kernel that starts tells of itself, which JupyterLab notes in the notebook: that is nobody's edit.
  function keepUnchanged(panel) {
    const model = panel.context.model;
    const shared = model.sharedModel;
    const set = shared.setMetadata.bind(shared);
    shared.setMetadata = (name, ...rest) => {
      const isOfKernel = name === "language_info" || (name === "kernelspec" && !shared.getMetadata(name));
      const before = model.dirty;
      set(name, ...rest);
      if (isOfKernel) model.dirty = before;
    };
  }

  const modules = {
    "./style": async () => {
      linkStyle();
      return {};
    },
    "./extension": async () => {
      const { IMainMenu } = await load("@jupyterlab/mainmenu");
      const { INotebookTracker } = await load("@jupyterlab/notebook");
      return {
        __esModule: true,
        default: {
          id: `${NAME}:export`,
          description: "Names the briefing in the export menu.",
          autoStart: true,
          requires: [INotebookTracker, IMainMenu],
          activate: (app, tracker, mainMenu) => {
            addCommand(app, tracker);
            nameItems(mainMenu);
            tracker.forEach(keepUnchanged);
            tracker.widgetAdded.connect((_, panel) => keepUnchanged(panel));
          },
        },
      };
    },
  };

  window._JUPYTERLAB = window._JUPYTERLAB || {};
  window._JUPYTERLAB[NAME] = {
    init: (scope) => {
      shared = scope;
    },
    get: async (name) => {
      const found = await modules[name]();
      return () => found;
    },
  };
})();
