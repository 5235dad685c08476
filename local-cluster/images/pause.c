/* Process 1 of a pod: holds the pod's namespaces and takes in its orphans until it is told to end. */
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

static void end(int number) { _exit(0); }
static void reap(int number) {}

int main(void) {
  signal(SIGTERM, end);
  signal(SIGINT, end);
  signal(SIGCHLD, reap);
  for (;;) {
    pause();
    while (waitpid(-1, NULL, WNOHANG) > 0) {}
  }
}
