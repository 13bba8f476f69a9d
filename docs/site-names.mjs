// @ts-check
import { Converter, ReflectionKind, Renderer } from 'typedoc';

/** @import { Application, ProjectReflection, Reflection } from 'typedoc' */

/** What TypeDoc calls a parameter that is taken apart where it is declared. */
const TAKEN_APART = /^__namedParameters/;

/** The guides that come first, in this order; others follow. */
const GUIDES = [
  'first-homework',
  'own-data',
  'own-models',
  'engines',
  'pytorch-dictionary',
  'kernel',
];
const OTHER_GUIDES = '*';

/**
 * A plugin of TypeDoc, which calls things by their names: a guide's address is its file's name, and it is
 * called what its heading says, the guides in their order and then the other `projectDocuments`; a parameter
 * that is taken apart where it is declared is called `options`; an entry point what one imports; a link to the
 * start page leads to it where the site is opened as files, too.
 *
 * @param {Application} app
 */
export function load(app) {
  app.converter.on(Converter.EVENT_RESOLVE_BEGIN, ({ project }) => {
    for (const document of project.documents ?? []) document.name = addressOf(document.name);
    for (const parameter of project.getReflectionsByKind(ReflectionKind.Parameter)) {
      if (TAKEN_APART.test(parameter.name)) parameter.name = 'options';
    }
  });
  // By now the addresses are made.
  app.renderer.on(Renderer.EVENT_BEGIN, ({ project }) => {
    const documents = app.options.getValue('projectDocuments').map((path) => fileName(path));
    const order = documents.flatMap((name) => (name === OTHER_GUIDES ? [...GUIDES, name] : name));
    inOrder(project, order);
    for (const document of project.documents ?? []) {
      document.name = /^# (.+)$/m.exec(document.content[0]?.text ?? '')?.[1] ?? document.name;
    }
    for (const module of project.getReflectionsByKind(ReflectionKind.Module)) {
      module.name = module.name === 'index' ? 'notegrad' : `notegrad/${module.name}`;
    }
    // The project's name stands there already.
    const [first] = project.readme ?? [];
    if (first) first.text = first.text.replace(/^# .+\n/, '');
  });
  // A folder by itself is a page on a server alone: opened as a file it is a list of files.
  app.renderer.on(Renderer.EVENT_END_PAGE, (page) => {
    page.contents = page.contents?.replaceAll(/(href="(?:\.\.\/)+)(?=["#])/g, '$1index.html');
  });
}

/** @param {ProjectReflection} project @param {string[]} order of the documents, by their addresses */
function inOrder(project, order) {
  const place = (/** @type {Reflection} */ reflection) => {
    // The entry point `data` is not the document of that name.
    const found = reflection.isDocument() ? order.indexOf(reflection.name) : -1;
    return found < 0 ? order.indexOf(OTHER_GUIDES) : found;
  };
  const byPlace = (/** @type {Reflection} */ a, /** @type {Reflection} */ b) => place(a) - place(b);
  project.documents?.sort(byPlace);
  project.childrenIncludingDocuments?.sort(byPlace);
  for (const group of project.groups ?? []) group.children.sort(byPlace);
}

/** docs/guides/own-data.md → own-data, bench/README.md → bench. */
function fileName(/** @type {string} */ path) {
  return addressOf(path.replace(/\.md$/, ''));
}

function addressOf(/** @type {string} */ name) {
  const words = name.replace(/\/README$/, '').split('/');
  return words[words.length - 1].toLowerCase();
}
