import { shellQuote } from '../base/index.ts';
import { type Completable, type CompletableOption, flatten, type Words } from './completion-tree.ts';

/** The words that may follow, as shell text that prints them one a line. Errors of orchestra are never shown at a prompt. */
function wordsCommand(words: Words): string {
  if (words === 'agents' || words === 'layouts') return `orchestra complete ${words} 2>/dev/null`;
  return typeof words === 'string' ? ':' : `printf '%s\\n' ${words.map(shellQuote).join(' ')}`;
}

const flagsOf = (options: readonly CompletableOption[]): string[] => options.flatMap(({ flags }) => flags);

/** One `case` arm each: commands by path, options that take a value by path and flag. */
function valueArms(all: readonly Completable[], arm: (words: Words) => string): string[] {
  return all.flatMap(({ path, options }) =>
    options
      .filter(({ value }) => value !== null)
      .map(
        ({ flags, value }) =>
          `    ${flags.map((flag) => shellQuote(`${path} ${flag}`)).join('|')}) ${arm(value ?? 'any')} ;;`,
      ),
  );
}

/** For bash 4 and newer; needs no bash-completion package. */
export function bashCompletion(tree: Completable): string {
  const all = flatten(tree);
  const groups = all.filter(({ commands, path }) => commands.length > 0 && path !== '').map(({ path }) => path);
  const arm = (words: Words): string => {
    if (words === 'files') return 'COMPREPLY=($(compgen -f -- "$word")); compopt -o filenames 2>/dev/null; return';
    if (words === 'folders') return 'COMPREPLY=($(compgen -d -- "$word")); compopt -o filenames 2>/dev/null; return';
    return `COMPREPLY=($(compgen -W "$(${wordsCommand(words)})" -- "$word")); return`;
  };
  const optionArms = all.map(
    ({ path, options }) => `      ${shellQuote(path)}) flags='${flagsOf(options).join(' ')}' ;;`,
  );
  const wordArms = all.map(({ path, commands, arguments: words }) => {
    const names = commands.map((child) => child.path.split(' ').at(-1) as string);
    return `    ${shellQuote(path)}) ${arm(names.length > 0 ? names : words)} ;;`;
  });
  return `# bash completion for orchestra; made by: orchestra completion bash
_orchestra() {
  local word=\${COMP_WORDS[COMP_CWORD]} before=\${COMP_WORDS[COMP_CWORD-1]} path='' flags='' at one
  COMPREPLY=()
  for ((at = 1; at < COMP_CWORD; at++)); do
    one=\${COMP_WORDS[at]}
    [[ $one == -- ]] && return
    [[ $one == -* ]] && continue
    if [[ -z $path ]]; then path=$one
    elif [[ ' ${groups.join(' ')} ' == *" $path "* ]]; then path="$path $one"; break
    else break
    fi
  done
  case "$path $before" in
${valueArms(all, arm).join('\n')}
  esac
  if [[ $word == -* ]]; then
    case "$path" in
${optionArms.join('\n')}
    esac
    COMPREPLY=($(compgen -W "$flags" -- "$word"))
    return
  fi
  case "$path" in
${wordArms.join('\n')}
  esac
}
complete -F _orchestra orchestra
`;
}

/** For zsh with compinit. Descriptions stand beside the words. */
export function zshCompletion(tree: Completable): string {
  const all = flatten(tree);
  const groups = all.filter(({ commands, path }) => commands.length > 0 && path !== '').map(({ path }) => path);
  const arm = (words: Words): string => {
    if (words === 'files') return '_files; return';
    if (words === 'folders') return '_files -/; return';
    return `compadd -- \${(f)"$(${wordsCommand(words)})"}; return`;
  };
  const described = (rows: readonly (readonly [string, string])[]): string =>
    rows.map(([word, text]) => shellQuote(`${word.replaceAll(':', '\\:')}:${text}`)).join(' ');
  const optionArms = all.map(({ path, options }) => {
    const rows = options.flatMap(({ flags, description }) => flags.map((flag) => [flag, description] as const));
    return `      ${shellQuote(path)}) words_=(${described(rows)}) ;;`;
  });
  const wordArms = all.map(({ path, commands, arguments: words }) => {
    if (commands.length === 0) return `    ${shellQuote(path)}) ${arm(words)} ;;`;
    const rows = commands.map((child) => [child.path.split(' ').at(-1) as string, child.summary] as const);
    return `    ${shellQuote(path)}) words_=(${described(rows)}); _describe command words_; return ;;`;
  });
  return `#compdef orchestra
# zsh completion for orchestra; made by: orchestra completion zsh
_orchestra() {
  local word=\${words[CURRENT]} before=\${words[CURRENT-1]} path_='' at one
  local -a words_
  for ((at = 2; at < CURRENT; at++)); do
    one=\${words[at]}
    [[ $one == -- ]] && { _default; return }
    [[ $one == -* ]] && continue
    if [[ -z $path_ ]]; then path_=$one
    elif [[ ' ${groups.join(' ')} ' == *" $path_ "* ]]; then path_="$path_ $one"; break
    else break
    fi
  done
  case "$path_ $before" in
${valueArms(all, arm).join('\n')}
  esac
  if [[ $word == -* ]]; then
    case "$path_" in
${optionArms.join('\n')}
    esac
    _describe option words_
    return
  fi
  case "$path_" in
${wordArms.join('\n')}
  esac
}
if [[ $funcstack[1] == _orchestra ]]; then _orchestra "$@"; else compdef _orchestra orchestra; fi
`;
}

/** For fish 3 and newer. */
export function fishCompletion(tree: Completable): string {
  const quote = (text: string): string => `'${text.replaceAll('\\', '\\\\').replaceAll("'", "\\'")}'`;
  /** `-f` keeps fish from offering files too, `-F` makes it. */
  const source = (words: Words): string => {
    if (words === 'files') return ' -F';
    if (words === 'folders') return " -f -a '(__fish_complete_directories)'";
    if (words === 'agents' || words === 'layouts') return ` -f -a ${quote(`(${wordsCommand(words)})`)}`;
    return typeof words === 'string' ? ' -f' : ` -f -a ${quote(words.join(' '))}`;
  };
  const lines = flatten(tree).flatMap((command) => {
    const line = `complete -c orchestra -n ${quote(`__orchestra_at ${quote(command.path)}`)}`;
    const children = command.commands.map(
      (child) => `${line}${source([child.path.split(' ').at(-1) as string])} -d ${quote(child.summary)}`,
    );
    const options = command.options.map(({ flags, description, value }) => {
      const names = flags.map((flag) => (flag.startsWith('--') ? ` -l ${flag.slice(2)}` : ` -s ${flag.slice(1)}`));
      return `${line}${names.join('')}${value === null ? ' -f' : ` -r${source(value)}`} -d ${quote(description)}`;
    });
    const own = command.commands.length > 0 || command.arguments === 'nothing' || command.arguments === 'any';
    return [...children, ...options, ...(own ? [] : [`${line}${source(command.arguments)}`])];
  });
  const groups = tree.commands.filter(({ commands }) => commands.length > 0).map(({ path }) => path);
  return `# fish completion for orchestra; made by: orchestra completion fish
function __orchestra_at
    set -l path
    for word in (commandline -opc)[2..-1]
        string match -q -- '-*' $word; and continue
        if test (count $path) -eq 0
            set path $word
        else if contains -- "$path" ${groups.join(' ')}
            set path "$path $word"
            break
        else
            break
        end
    end
    test "$path" = "$argv[1]"
end
complete -c orchestra -f
${lines.join('\n')}
`;
}
