/*
 * The agent of every benchmark: says when it began to run, then does nothing.
 *
 *   agent FIFO TAG
 *
 * Writes one line, "NANOSECONDS PID TAG", CLOCK_MONOTONIC (clock_gettime(2)), before it does anything else; lines shorter than
 * PIPE_BUF are written whole (pipe(7)). The time is taken here and not by the reader, so a reader that is late measures the same.
 */
#include <fcntl.h>
#include <stdio.h>
#include <time.h>
#include <unistd.h>

int main(int argc, char **argv) {
  struct timespec now;
  clock_gettime(CLOCK_MONOTONIC, &now);
  if (argc != 3) return 2;
  int fifo = open(argv[1], O_WRONLY | O_NONBLOCK);
  if (fifo < 0) return 3;
  dprintf(fifo, "%lld %d %s\n", (long long)now.tv_sec * 1000000000LL + now.tv_nsec, (int)getpid(), argv[2]);
  close(fifo);
  for (;;) pause();
}
