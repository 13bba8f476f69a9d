/** One epoch of a notebook's main job, its batching included. */
export interface Epoch {
  readonly notebook: string;
  readonly job: string;
  readonly images: number;
  readonly imgSize: number;
  readonly batchSize: number;
  readonly engines: readonly string[];
}

export const epochs: readonly Epoch[] = [
  {
    notebook: 'cs479-assignment-5',
    job: 'autoencoder',
    images: 1024,
    imgSize: 28,
    batchSize: 32,
    engines: ['native'],
  },
  {
    notebook: 'ee411-homework-3',
    job: 'cnn',
    images: 60000,
    imgSize: 28,
    batchSize: 64,
    engines: ['native', 'wasm'],
  },
  {
    notebook: 'amth663-exercise-2',
    job: 'conv-autoencoder',
    images: 60000,
    imgSize: 28,
    batchSize: 64,
    engines: ['native'],
  },
  {
    notebook: 'amth663-exercise-3',
    job: 'vae',
    images: 60000,
    imgSize: 28,
    batchSize: 64,
    engines: ['native'],
  },
  {
    notebook: 'amth663-exercise-3',
    job: 'gan',
    images: 60000,
    imgSize: 28,
    batchSize: 64,
    engines: ['native'],
  },
  {
    notebook: 'cs480-assignment-5',
    job: 'vgg11',
    images: 6000,
    imgSize: 32,
    batchSize: 64,
    engines: ['native'],
  },
];
