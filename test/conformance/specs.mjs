import './jasmine.mjs';
import './environment.mjs';
import '@tensorflow/tfjs-core/dist/tests.js';
import { load } from 'backend-under-test';

/** Runs tfjs-core's specs on the backend and sends each one's outcome to the parent process. */
async function run() {
  await load();
  const env = jasmine.getEnv();
  env.configure({ random: false });
  env.addReporter({
    specDone: ({ fullName, status, failedExpectations }) =>
      process.send({
        name: fullName.replace(' backend {}', ''),
        status,
        messages: failedExpectations.map(({ message }) => message),
      }),
  });
  const { overallStatus } = await env.execute();
  process.send({ overallStatus });
  process.disconnect();
}

run().catch((error) => {
  console.error(error);
  process.exit(1);
});
