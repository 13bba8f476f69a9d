"""The PDF entries of Jupyter's File menu, printed by `homework pdf`.

nbconvert's own need LaTeX, Qt or a browser of their own. `homework lab` puts this folder on Python's
path, where nbconvert takes the first exporter of a name.
"""

import os
import subprocess
import tempfile
from pathlib import Path

import nbformat
from nbconvert.exporters import Exporter

HOMEWORK = Path(__file__).resolve().parents[2] / 'bin' / 'homework.js'


class HomeworkPDF(Exporter):
    export_from_notebook = 'PDF'
    file_extension = '.pdf'
    output_mimetype = 'application/pdf'

    def from_notebook_node(self, nb, resources=None, **kw):
        notebook, resources = super().from_notebook_node(nb, resources, **kw)
        about = resources.get('metadata', {})
        with tempfile.TemporaryDirectory(prefix='notegrad-pdf-') as folder:
            source = Path(folder, f'{about.get("name") or "notebook"}.ipynb')
            nbformat.write(notebook, source)
            self.print(source, pictures=about.get('path') or os.getcwd())
            return source.with_suffix('.pdf').read_bytes(), resources

    def print(self, source, pictures):
        command = ['node', HOMEWORK, 'pdf', source, '--out', source.parent, '--pictures', pictures]
        ended = subprocess.run(command, capture_output=True, encoding='utf8', stdin=subprocess.DEVNULL)
        if ended.returncode != 0:
            said = ended.stderr.strip().replace(f'{source.parent}{os.sep}', '')
            raise RuntimeError(said or f'homework pdf ended with {ended.returncode}')
