export function cpuFeatures(): string[];
