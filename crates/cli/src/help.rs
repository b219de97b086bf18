//! The words of `--help`, from the catalogue.

use clap::{Arg, Command};
use yokoten_app::Lang;
use yokoten_app::catalogue::{has, text};

/// The command with every help text in a language.
pub(crate) fn localise(command: Command, lang: Lang) -> Command {
    let name = command.get_name().to_owned();
    let (commands, options) = (text(lang, "cli.commands", &[]), text(lang, "cli.options", &[]));
    let version = Arg::new("version")
        .short('V')
        .long("version")
        .action(clap::ArgAction::Version)
        .help(text(lang, "cli.arg.version", &[]))
        .help_heading(options.clone());
    let command = command.about(text(lang, "cli.about", &[]));
    walk(command, lang, &format!("cli.{name}"), &commands, &options).arg(version)
}

fn walk(command: Command, lang: Lang, key: &str, commands: &str, options: &str) -> Command {
    let template = format!("{{about}}\n\n{}: {{usage}}\n\n{{all-args}}", text(lang, "cli.usage", &[]));
    let names: Vec<String> = command.get_subcommands().map(|sub| sub.get_name().to_owned()).collect();
    let mut command = command
        .help_template(template)
        .subcommand_help_heading(commands.to_owned())
        .disable_help_flag(true)
        .disable_version_flag(true)
        .arg(
            Arg::new("help")
                .short('h')
                .long("help")
                .action(clap::ArgAction::Help)
                .help(text(lang, "cli.arg.help", &[]))
                .help_heading(options.to_owned()),
        )
        .mut_args(|arg| {
            let key = format!("cli.arg.{}", arg.get_id());
            let heading =
                if arg.is_positional() { text(lang, "cli.arguments", &[]) } else { options.to_owned() };
            let arg = arg.help_heading(heading).hide_possible_values(false);
            if has(&key) { arg.help(text(lang, &key, &[])) } else { arg }
        });
    for name in names {
        let below = format!("{}.{name}", key.replacen("cli.yokoten", "cli.command", 1));
        command = command.mut_subcommand(&name, |sub| {
            let sub = if has(&below) { sub.about(text(lang, &below, &[])) } else { sub };
            walk(sub, lang, &below, commands, options)
        });
    }
    command
}

/// The language to speak before the arguments are understood: `--lang` wherever it stands.
pub(crate) fn wanted_lang(args: &[std::ffi::OsString]) -> Option<Lang> {
    let texts: Vec<&str> = args.iter().filter_map(|arg| arg.to_str()).collect();
    let after = |pair: &[&str]| match pair {
        ["--lang", lang] => Some((*lang).to_owned()),
        _ => None,
    };
    let named = texts.windows(2).find_map(after);
    let joined = || texts.iter().find_map(|text| text.strip_prefix("--lang=").map(str::to_owned));
    match named.or_else(joined).as_deref() {
        Some("en") => Some(Lang::En),
        Some("ja") => Some(Lang::Ja),
        _ => None,
    }
}
