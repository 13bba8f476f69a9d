export { type Engine, type EngineName, engine } from './engine/engine';
export * as tf from './engine/tf';
