// Uses all the processor time it gets, and ends cleanly when it is asked to.
process.on('SIGTERM', () => process.exit(0));
console.log('working');
const work = () => {
  const until = performance.now() + 50;
  while (performance.now() < until);
  setImmediate(work);
};
work();
