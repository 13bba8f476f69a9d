// The classic Notebook shows pictures without the texts that stand for them; here each gets its own.
define(['base/js/namespace', 'notebook/js/outputarea'], (Jupyter, { OutputArea }) => {
  const joined = (text) => (Array.isArray(text) ? text.join('') : text);

  function describe(element, { data, metadata }) {
    const type = Object.keys(data).find((each) => each.startsWith('image/'));
    if (!type) return;
    const alt = metadata?.[type]?.alt ?? joined(data['text/plain']) ?? '';
    element.find('img:not([alt])').attr('alt', alt);
  }

  function load_ipython_extension() {
    const { append_mime_type } = OutputArea.prototype;
    OutputArea.prototype.append_mime_type = function append(output, ...rest) {
      const shown = append_mime_type.call(this, output, ...rest);
      if (shown) describe(shown, output);
      return shown;
    };
    // Those of a notebook that was quicker to load than this.
    for (const { output_area } of Jupyter.notebook.get_cells()) {
      const areas = output_area?.element.children('.output_area') ?? [];
      output_area?.outputs.forEach((output, index) => {
        if (output.data && areas[index]) describe(areas.eq(index), output);
      });
    }
  }

  return { load_ipython_extension };
});
