// Keeps five megabytes more, twenty times a second.
const kept = [];
setInterval(() => kept.push(Buffer.alloc(5_000_000, 1)), 50);
console.log('leaking');
