import './jasmine.mjs';
import './environment.mjs';
import '@tensorflow/tfjs-core/dist/tests.js';
import { load } from 'backend-under-test';

/** Runs tfjs-core's specs on the backend and sends each one's outcome to the parent process. */
async function run() {
  await load();
  const env = jasmine.getEnv();
  env.configure({ random: false });
  const send = ({ fullName, status, failedExpectations }) =>
    process.send({
      name: fullName.replace(' backend {}', ''),
      status,
      messages: failedExpectations.map(({ message }) => message),
    });
  env.addReporter({
    specDone: send,
    // A suite fails by itself where its beforeAll or afterAll does.
    suiteDone: (suite) => suite.failedExpectations.length > 0 && send(suite),
  });
  const { overallStatus } = await env.execute();
  process.send({ isComplete: overallStatus !== 'incomplete' });
  process.disconnect();
}

run().catch((error) => {
  console.error(error);
  process.exit(1);
});
