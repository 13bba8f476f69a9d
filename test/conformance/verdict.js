/** See verdict.d.ts. */
function judge(outcomes, exclusions) {
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

module.exports = { judge };
