import { join, relative, resolve } from 'node:path';
import { Mistake } from '../mistake';
import { writeText } from '../write-text';
import { share, type Workflow, workflowFolder } from './class-workflow';

/** The volume that holds everything, as the image and the claim call it. */
const CLAIM = 'notegrad-class';
/** A pod that has given no sign of life for so long hangs. */
const SILENT_SECONDS = 600;
/** The user of the image. */
const USER = 1000;

/**
 * Writes an Indexed Job of Kubernetes, whose pods grade a group each. Everything has to lie in the folder in
 * which we are: that is the volume, and has the same path in pods.
 *
 * @returns what people do with it
 */
export function writeIndexedJob(workflow: Workflow): string {
  const { out, assignment, groups } = workflow;
  const volume = process.cwd();
  for (const path of [out, assignment, ...groups.flatMap((group) => group.paths)]) {
    if (relative(volume, resolve(path)).startsWith('..')) {
      throw new Mistake(
        `class: ${path} is not in ${volume}: run it in a folder that holds everything, which is the pods' volume`,
      );
    }
  }
  const folder = workflowFolder(out);
  for (const [index, { paths }] of groups.entries()) {
    writeText(join(folder, 'lists', String(index)), paths.map((path) => `${path}\0`).join(''));
  }
  const manifest = join(folder, 'job.json');
  writeText(manifest, `${JSON.stringify(indexedJob(workflow, volume), null, 2)}\n`);
  return `${groups.length} groups: ${manifest}
  the image: docker build -t notegrad -f ${join(share, 'workflow', 'profiles', 'kubernetes', 'Dockerfile')} .
  the volume: ${volume}, as the claim ${CLAIM}
  then: kubectl apply -f ${manifest}, and where it is complete: npx homework feedback ${relative(volume, out)}`;
}

/** The Job, as `batch/v1` has it. */
export function indexedJob(
  { out, assignment, groups, jobs, memory: mebibytes, grade }: Omit<Workflow, 'feedback'>,
  volume: string,
): object {
  const list = `${join(workflowFolder(out), 'lists')}/$(JOB_COMPLETION_INDEX)`;
  const memory = `${mebibytes}Mi`;
  const command = ['npx', 'homework', 'grade', '--assignment', assignment, '--out', out];
  // A student's fault is an outcome (it is in the file); a pod without one is tried again.
  const outcomes = `${join(workflowFolder(out), 'groups')}/$(JOB_COMPLETION_INDEX).json`;
  const script = `xargs --null --arg-file="$1" "$\{@:3}" < /dev/null || test -e "$2"`;
  const isAlive = `test $(($(date +%s) - $(stat -c %Y "$1"))) -lt ${SILENT_SECONDS}`;
  const options = ['--resume', '-j', String(jobs), '--outcomes', outcomes, ...grade, '--'];
  return {
    apiVersion: 'batch/v1',
    kind: 'Job',
    metadata: { name: 'notegrad-class' },
    spec: {
      completionMode: 'Indexed',
      completions: groups.length,
      parallelism: groups.length,
      backoffLimit: 2 * groups.length,
      template: {
        spec: {
          restartPolicy: 'Never',
          // Users of the pod's own: without them no pod sees all of /proc, which walls mount anew.
          hostUsers: false,
          securityContext: { runAsUser: USER, runAsGroup: USER, fsGroup: USER },
          containers: [
            {
              name: 'grade',
              image: 'notegrad',
              workingDir: '/course',
              command: ['bash', '-c', script, 'bash', list, outcomes, ...command, ...options],
              // One that hangs is ended, and tried again.
              livenessProbe: {
                exec: { command: ['bash', '-c', isAlive, 'bash', `${outcomes}.alive`] },
                initialDelaySeconds: SILENT_SECONDS,
                periodSeconds: 60,
              },
              env: [{ name: 'NOTEGRAD_THREADS', value: '1' }],
              // Walls are namespaces of users, which the usual profiles of containers forbid.
              securityContext: {
                seccompProfile: { type: 'Unconfined' },
                appArmorProfile: { type: 'Unconfined' },
                procMount: 'Unmasked',
              },
              resources: {
                requests: { cpu: String(jobs), memory },
                limits: { cpu: String(jobs), memory },
              },
              volumeMounts: [{ name: 'class', mountPath: volume }],
            },
          ],
          volumes: [{ name: 'class', persistentVolumeClaim: { claimName: CLAIM } }],
        },
      },
    },
  };
}
