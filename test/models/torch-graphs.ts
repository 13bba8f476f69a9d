import { spawnSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import * as tf from '../../lib/notegrad/src/engine/tf';
import { loadStateDict, saveStateDict } from '../../lib/notegrad/src/models/state-dict';
import { assertClose } from '../support/close';
import { inFolder } from '../support/folders';

/** A network here, and what torch_graphs.py needs to build the same in PyTorch. */
export interface Graph {
  readonly model: tf.LayersModel;
  readonly inputs: readonly tf.Tensor[];
  readonly description: object;
}

/**
 * Asserts that PyTorch gives what we give, with our weights loaded strictly into its module and with
 * its weights loaded into our model.
 */
export async function assertSameInTorch(python: string, graphs: readonly Graph[]): Promise<void> {
  await inFolder((folder) => {
    const descriptions = graphs.map(({ description }) => description);
    writeFileSync(join(folder, 'graphs.json'), JSON.stringify(descriptions));
    for (const [i, { model, description }] of graphs.entries()) {
      try {
        saveStateDict(model, join(folder, `ours${i}.pt`));
      } catch (error) {
        throw new Error(`graph ${i}: ${(error as Error).message}: ${JSON.stringify(description)}`);
      }
    }
    const script = join(__dirname, 'torch_graphs.py');
    const { status, stderr } = spawnSync(python, [script, folder], { encoding: 'utf8' });
    if (status !== 0) throw new Error(`PyTorch failed: ${stderr}`);
    const results = JSON.parse(readFileSync(join(folder, 'results.json'), 'utf8'));
    for (const [i, graph] of graphs.entries()) {
      assertOutputs(graph, results[i].ours, `graph ${i} with our weights`);
      loadStateDict(graph.model, join(folder, `theirs${i}.pt`));
      assertOutputs(graph, results[i].theirs, `graph ${i} with PyTorch's weights`);
      tf.dispose([...graph.inputs]);
    }
  });
}

function assertOutputs({ model, inputs }: Graph, expected: number[][], what: string): void {
  tf.tidy(() => {
    const outputs = [model.predict([...inputs]) as tf.Tensor | tf.Tensor[]].flat();
    for (const [k, output] of outputs.entries()) {
      assertClose(
        output.dataSync(),
        expected[k],
        { rtol: 1e-4, atol: 1e-4 },
        `${what}: output ${k}`,
      );
    }
  });
}
