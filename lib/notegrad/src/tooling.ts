/**
 * What the programs of `@notegrad/homework` need of the library beside its public face: files, data
 * sets by name, and figures drawn without a notebook.
 *
 * @module
 */

export { dataSetNames, fetchDataSet, type InventoryItem, inspect } from './data/inventory';
export { DataError } from './errors';
export { escapeHtml } from './plot/html';
export { prepare } from './plot/prepare';
export { render } from './plot/render/renderer';
export { writeAtomically } from './write-atomically';
