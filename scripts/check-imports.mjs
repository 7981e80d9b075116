// Runs dependency-cruiser over src and refuses to pass when it saw too little: with a TypeScript it can't load it reports
// "no violations (0 modules)" and exits 0.
import { spawnSync } from 'node:child_process';

const FEWEST_MODULES = 80;

const run = spawnSync('npx', ['--no-install', 'depcruise', 'src', '--output-type', 'json'], {
  encoding: 'utf8',
  maxBuffer: 1 << 28,
});
let summary;
try {
  ({ summary } = JSON.parse(run.stdout));
} catch {
  process.stderr.write(`depcruise printed no report: ${run.stderr}\n`);
  process.exit(1);
}
for (const { rule, from, to } of summary.violations) {
  process.stderr.write(`${rule.severity} ${rule.name}: ${from} -> ${to}\n`);
}
if (summary.totalCruised < FEWEST_MODULES) {
  process.stderr.write(`only ${summary.totalCruised} modules were looked at, at least ${FEWEST_MODULES} are there\n`);
  process.exit(1);
}
process.stdout.write(`${summary.totalCruised} modules, ${summary.violations.length} violations\n`);
process.exit(summary.error > 0 ? 1 : 0);
