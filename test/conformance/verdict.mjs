/**
 * Judges the outcomes of the specs of one backend.
 *
 * @param outcomes { name, status: 'passed' | 'failed' | 'pending' | 'excluded', messages }[]; several
 *   specs may share a name, and one failure fails them all
 * @param exclusions reasons by the names of specs that may fail
 * @returns { passed, failed, excluded, stale }: names; stale are the exclusions that no longer fail
 */
export function judge(outcomes, exclusions) {
  const names = (status) => new Set(outcomes.filter((o) => o.status === status).map((o) => o.name));
  const failing = names('failed');
  const isExcluded = (name) => Object.hasOwn(exclusions, name);
  return {
    passed: outcomes.filter(({ status }) => status === 'passed').length,
    failed: outcomes.filter(({ name, status }) => status === 'failed' && !isExcluded(name)),
    excluded: [...failing].filter(isExcluded),
    stale: Object.keys(exclusions).filter((name) => !failing.has(name)),
  };
}
