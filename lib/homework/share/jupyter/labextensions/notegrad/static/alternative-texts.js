// JupyterLab shows pictures without the texts that stand for them; here each gets its own. It is a
// federated extension, as webpack would write it, without a build.
(() => {
  const PICTURE = '.jp-OutputArea-output img:not([alt])';

  /** The output of a notebook that a picture was drawn from. */
  function outputOf(picture, shell) {
    for (const panel of shell.widgets('main')) {
      if (!panel.node.contains(picture)) continue;
      const cell = panel.content?.widgets?.find(({ node }) => node.contains(picture));
      const index = cell?.outputArea?.widgets.findIndex(({ node }) => node.contains(picture)) ?? -1;
      if (index >= 0) return cell.outputArea.model.get(index);
    }
    return undefined;
  }

  function textOf({ data, metadata }) {
    const type = Object.keys(data).find((each) => each.startsWith('image/'));
    const text = metadata[type]?.alt ?? data['text/plain'] ?? '';
    return Array.isArray(text) ? text.join('') : text;
  }

  const plugin = {
    id: 'notegrad:alternative-texts',
    autoStart: true,
    activate({ shell }) {
      const describe = () => {
        for (const picture of document.querySelectorAll(PICTURE)) {
          const output = outputOf(picture, shell);
          if (output) picture.setAttribute('alt', textOf(output));
        }
      };
      new MutationObserver(describe).observe(document.body, { childList: true, subtree: true });
    },
  };

  window._JUPYTERLAB = window._JUPYTERLAB ?? {};
  window._JUPYTERLAB.notegrad = {
    init() {},
    get: async () => () => ({ __esModule: true, default: plugin }),
  };
})();
