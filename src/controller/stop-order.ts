import type { Supervisor, Unit } from '../watchdog/index.ts';

/** Stops every agent, those that others depend on last. Resolves when nothing of any of them is left. */
export async function stopInOrder(supervisor: Supervisor): Promise<void> {
  const stopping = new Map<string, Promise<void>>();
  const units = [...supervisor.units.values()];
  const stop = (unit: Unit): Promise<void> => {
    const known = stopping.get(unit.name);
    if (known !== undefined) return known;
    // Registered before its dependants are asked: a cycle (refused by the configuration) must not recurse for ever.
    let start: () => void = () => {};
    const done = new Promise<void>((resolve) => {
      start = resolve;
    }).then(() => down(supervisor, unit));
    stopping.set(unit.name, done);
    const dependants = units.filter((other) =>
      other.spec.dependsOn.some((dependency) => dependency.agent === unit.name),
    );
    void Promise.all(dependants.map(stop)).then(() => start());
    return done;
  };
  await Promise.all(units.map(stop));
}

function down(supervisor: Supervisor, unit: Unit): Promise<void> {
  supervisor.signal(unit, { kind: 'stop' });
  return new Promise((resolve) => {
    if (unit.machine.phase.state === 'stopped') {
      resolve();
      return;
    }
    const cancel = unit.onStep(() => {
      if (unit.machine.phase.state !== 'stopped') return;
      cancel();
      resolve();
    });
  });
}
