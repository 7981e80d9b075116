import type { Command } from 'commander';
import { MESSAGE_TYPES } from '../protocol/index.ts';
import type { Act } from './program.ts';
import { withExamples } from './program-examples.ts';
import { FILE_HELP } from './program-session.ts';

/** What concerns messages: send, inbox, read, ack, reply, queue, and a look at and a word into a pane. */
export function addMailCommands(program: Command, act: Act): void {
  program.commandsGroup('Messages:');
  addSend(program, act);
  addInbox(program, act);
  addRead(program, act);
  addReply(program, act);
  addQueue(program, act);
  addPane(program, act);
  addMcp(program, act);
}

const ID_HELP = 'id of a message, or the end of it';
const TEXT_HELP = 'what to say; - reads it from stdin';

/** What a message may carry, for `send` and `reply`. */
function withDraftOptions(command: Command): Command {
  return command
    .option('--type <KIND>', `one of ${MESSAGE_TYPES.join(', ')}`, 'note')
    .option('--priority <PRIORITY>', 'urgent, high, normal or low (default: normal)')
    .option('--ttl <DURATION>', 'give it up after this long: 30s, 10m, 2h')
    .option('--delivery <MODE>', 'idle, inbox (never typed) or now (interrupts; needs --priority urgent)')
    .option('--payload <JSON>', 'a JSON object of further keys')
    .option('-F, --text-file <FILE>', 'read the text from a file; - is stdin')
    .option('--id <UUID>', 'its id; sent again with the same one, it arrives once')
    .option('--wait <STATE>', 'return when it is queued, submitted, started, acked or answered')
    .option('--timeout <DURATION>', 'wait no longer than this (default: 10m)')
    .option('-f, --file <FILE>', FILE_HELP)
    .option('--json', 'print the receipt as JSON');
}

function addSend(program: Command, act: Act): void {
  const command = program
    .command('send')
    .summary('send a message to an agent')
    .description(
      'Send a message to an agent, to a @group or to all (broadcast). Returns once it is safe on the disk; with --wait, once it got further: exit status 15 when it was given up, 6 when it took too long. From an agent it is signed with its name. Without a running session it waits in the intake.',
    )
    .argument('<TO>', 'an agent, a group such as @reviewers, or broadcast')
    .argument('[TEXT...]', TEXT_HELP);
  withExamples(
    withDraftOptions(command)
      .option('--reply-to <ID>', 'id of the message this one answers')
      .action(
        act(async (ports, to: string, words: string[], options: object) =>
          (await import('./commands/send.ts')).send(ports, to, words, options),
        ),
      ),
    [
      ['orchestra send kaede look at the failing test', 'typed into kaede once it is idle'],
      ['git diff | orchestra send @reviewers - --priority high', 'the text from stdin, to a group'],
      [`orchestra send workers-1 --type task_assign --payload '{"command": "make"}'`, 'run by a worker'],
    ],
  );
}

function addInbox(program: Command, act: Act): void {
  withExamples(
    program
      .command('inbox')
      .summary('show the mail of an agent')
      .description(
        'Show the messages an agent still has to do something about. Without AGENT: its own, when an agent runs it, else what was sent to external, the person.',
      )
      .argument('[AGENT]', 'name of an agent')
      .option('-a, --all', 'also what is done or dead')
      .option('-n, --lines <N>', 'show the newest N', '50')
      .option('--take', 'hand over the next message in full, and mark it so; exit status 6 when there is none')
      .option('--wait <DURATION>', 'with --take: wait this long for one')
      .option('-f, --file <FILE>', FILE_HELP)
      .option('--json', 'print them as JSON')
      .action(
        act(async (ports, agent: string | undefined, options: never) =>
          (await import('./commands/inbox.ts')).inbox(ports, agent, options),
        ),
      ),
    [
      ['orchestra inbox', 'my own'],
      ['orchestra inbox kaede --all', 'everything kaede was ever sent, as long as it is kept'],
      ['orchestra inbox --take --wait 5m --json', 'how a script of your own waits for work'],
    ],
  );
}

function addRead(program: Command, act: Act): void {
  withExamples(
    program
      .command('read')
      .summary('show a message in full')
      .description('Show a message in full. Changes nothing: ack says that it was taken in.')
      .argument('<ID>', ID_HELP)
      .option('-f, --file <FILE>', FILE_HELP)
      .option('--json', 'print it as JSON')
      .action(
        act(async (ports, id: string, options: object) =>
          (await import('./commands/read.ts')).read(ports, id, options),
        ),
      ),
    [['orchestra read 5fd1a2c3', 'ids are shown by inbox and queue ls']],
  );
  withExamples(
    program
      .command('ack')
      .summary('say that messages were taken in')
      .description('Say that an agent has taken messages in: whoever waits for that goes on.')
      .argument('<ID...>', ID_HELP)
      .option('--agent <AGENT>', 'whose copy (default: of the agent that runs it)')
      .option('-f, --file <FILE>', FILE_HELP)
      .option('--json', 'print them as JSON')
      .action(
        act(async (ports, ids: string[], options: object) =>
          (await import('./commands/ack.ts')).ack(ports, ids, options),
        ),
      ),
    [['orchestra ack 5fd1a2c3', 'one message']],
  );
}

function addReply(program: Command, act: Act): void {
  const command = program
    .command('reply')
    .summary('answer a message')
    .description('Answer a message: goes to its sender, and the message counts as answered.')
    .argument('<ID>', ID_HELP)
    .argument('[TEXT...]', TEXT_HELP);
  withExamples(
    withDraftOptions(command).action(
      act(async (ports, id: string, words: string[], options: object) =>
        (await import('./commands/reply.ts')).reply(ports, id, words, options),
      ),
    ),
    [['orchestra reply 5fd1a2c3 done, see the branch', 'to whoever sent it']],
  );
}

function addQueue(program: Command, act: Act): void {
  const queue = program
    .command('queue')
    .summary('see and mend what is on its way')
    .description('See and mend what is on its way.');
  withExamples(queue, [['orchestra queue ls', 'what is on its way, and what was given up']]);
  withExamples(
    queue
      .command('ls')
      .description('List messages that are on their way or were given up. Works without a running session too.')
      .argument('[AGENT]', 'only those to this agent')
      .option('-a, --all', 'also what is done')
      .option('--state <STATE...>', 'only these: queued, delivering, submitted, started, acked, answered, dead')
      .option('--from <AGENT>', 'only those from this agent')
      .option('-n, --lines <N>', 'show the newest N', '50')
      .option('-f, --file <FILE>', FILE_HELP)
      .option('--json', 'print them as JSON')
      .action(
        act(async (ports, agent: string | undefined, options: never) =>
          (await import('./commands/queue.ts')).list(ports, agent, options),
        ),
      ),
    [
      ['orchestra queue ls', 'of everyone'],
      ['orchestra queue ls kaede --state dead', 'what kaede never got'],
    ],
  );
  withExamples(
    queue
      .command('show')
      .description('Show a message, how far each of its copies got, their files, and what answered it.')
      .argument('<ID>', ID_HELP)
      .option('-f, --file <FILE>', FILE_HELP)
      .option('--json', 'print it as JSON')
      .action(
        act(async (ports, id: string, options: object) =>
          (await import('./commands/queue.ts')).show(ports, id, options),
        ),
      ),
    [['orchestra queue show 5fd1a2c3', 'where is it?']],
  );
  addQueueChanges(queue, act);
}

function addQueueChanges(queue: Command, act: Act): void {
  const add = (verb: 'redrive' | 'purge', description: string): Command =>
    queue
      .command(verb)
      .description(description)
      .argument('[AGENT]', 'only those to this agent')
      .option('--id <ID>', 'only this message')
      .option('-a, --all', "every agent's")
      .option('-f, --file <FILE>', FILE_HELP)
      .option('--json', 'print how many there were as JSON');
  const run = (verb: 'redrive' | 'purge') =>
    act(async (ports, agent: string | undefined, options: object) =>
      (await import('./commands/queue.ts')).change(ports, verb, agent, options),
    );
  withExamples(add('redrive', 'Put messages that were given up back into the queue.').action(run('redrive')), [
    ['orchestra queue redrive kaede', 'everything that is dead there'],
    ['orchestra queue redrive --id 5fd1a2c3', 'one message'],
  ]);
  withExamples(
    add('purge', 'Throw messages away: queued ones become dead, dead and done ones are deleted.')
      .option('--state <STATE...>', 'only those in these states')
      .action(run('purge')),
    [['orchestra queue purge kaede --state dead', 'forget what kaede never got']],
  );
}

function addPane(program: Command, act: Act): void {
  withExamples(
    program
      .command('peek')
      .summary("show an agent's screen")
      .description("Show what is on an agent's screen now, without going there.")
      .argument('<AGENT>', 'name of an agent')
      .option('-f, --file <FILE>', FILE_HELP)
      .option('--json', 'print the screen as JSON')
      .action(
        act(async (ports, agent: string, options: object) =>
          (await import('./commands/peek.ts')).peek(ports, agent, options),
        ),
      ),
    [['orchestra peek kaede', 'what is it doing?']],
  );
  withExamples(
    program
      .command('type')
      .summary("type into an agent's pane")
      .description(
        'Type text into an agent as it stands, without the header a message has, and submit it. Refused, with nothing typed, while it is busy (18), shows a dialog (16) or holds a text of somebody (17); 19 when nothing proves that it arrived.',
      )
      .argument('<AGENT>', 'name of an agent')
      .argument('<TEXT...>', 'what to type; - reads it from stdin')
      .option('--no-enter', 'leave it in the input line')
      .option('--force', 'type also while it is busy')
      .option('-f, --file <FILE>', FILE_HELP)
      .option('--json', 'print the outcome as JSON')
      .action(
        act(async (ports, agent: string, words: string[], options: never) =>
          (await import('./commands/type.ts')).type(ports, agent, words, options),
        ),
      ),
    [
      ['orchestra type kaede /compact', 'a command of the agent program itself'],
      ['orchestra type kaede "have a look at " --no-enter', 'a draft for the person at the pane'],
    ],
  );
}

function addMcp(program: Command, act: Act): void {
  const mcp = program
    .command('mcp')
    .summary('give agent programs these commands as tools')
    .description(
      'Serve the Model Context Protocol on standard input and output: an agent program starts this to get tools for its mail. It speaks for the agent it runs under.',
    )
    .option('--agent <AGENT>', 'speak for this agent (default: ORCHESTRA_AGENT)')
    .option('--project <FOLDER>', 'folder of its session (default: ORCHESTRA_PROJECT, or as for other commands)')
    .action(act(async (ports, options: object) => (await import('./commands/mcp.ts')).mcp(ports, options)));
  withExamples(mcp, [['orchestra mcp --agent kaede', 'what a configuration of an agent program runs']]);
  withExamples(
    mcp
      .command('install')
      .summary('write it into the configuration of agent programs')
      .description(
        'Write orchestra into the configuration that each agent program found here reads in this project. Everything else in it is kept.',
      )
      .option('--type <PROGRAM...>', 'only these: claude, codex, gemini, qwen, opencode')
      .option('--dry-run', 'show what would change, change nothing')
      .option('--remove', 'take it out again')
      .option('-f, --file <FILE>', FILE_HELP)
      .option('--json', 'print the files as JSON')
      .action(
        act(async (ports, options: object) => (await import('./commands/mcp-install.ts')).install(ports, options)),
      ),
    [
      ['orchestra mcp install --dry-run', 'look first'],
      ['orchestra mcp install --type claude', 'only .mcp.json'],
    ],
  );
}
