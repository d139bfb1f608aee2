using System.CommandLine;
using Straggler.Cli.Running;

namespace Straggler.Cli.Commands;

/// <summary>The arguments of commands that make a run: configuration, place, threads, and what is printed.</summary>
/// <param name="overrides">The <c>key=value</c> arguments.</param>
/// <param name="defaultName">What the run directory is called where nobody says.</param>
/// <param name="workers">The option that says how many threads there are.</param>
internal sealed class RunArguments(Argument<string[]> overrides, string defaultName, Option<int> workers)
{
    /// <summary>What a run directory is called where nobody says.</summary>
    public const string DefaultName = "made from strategy, data set and seed by default.";

    private readonly Option<string> _parent = new("--out") { Description = "Where the run directory is made.", DefaultValueFactory = _ => "runs" };
    private readonly Option<string?> _name = new("--name") { Description = $"The run directory's name; {defaultName}" };
    private readonly Option<bool> _quiet = new("--quiet") { Description = "No progress and no summary; errors only." };
    private readonly Option<bool> _json = new("--json") { Description = "Print summary.json on standard output and nothing else there." };
    private Option<string?>? _file;
    private Option<string?>? _resume;

    /// <summary>Lets the command name a configuration, or a run to go on with.</summary>
    /// <param name="resume">What that is good for.</param>
    public RunArguments WithFileOrResume(string resume)
    {
        _file = ConfigurationArguments.File();
        _resume = new("--resume") { Description = resume };
        return this;
    }

    /// <summary>Gives a command its arguments, and their rules.</summary>
    /// <param name="command">The command.</param>
    /// <param name="more">Options of its own, which stand after the configuration's.</param>
    public void AddTo(Command command, params ReadOnlySpan<Option> more)
    {
        command.Add(overrides);
        if (_file is not null)
        {
            command.Add(_file);
        }

        foreach (Option option in more)
        {
            command.Add(option);
        }

        command.Add(_parent);
        command.Add(_name);
        if (_file is not null && _resume is not null)
        {
            command.Add(_resume);
            command.Validators.Add(result => ConfigurationArguments.Alone(result, _resume, _file, _parent, _name));
            command.Validators.Add(result => ConfigurationArguments.NotEmpty(result, _file, _resume));
        }

        command.Add(workers);
        command.Add(_quiet);
        command.Add(_json);
        command.Validators.Add(result => ConfigurationArguments.NotEmpty(result, _parent, _name));
    }

    /// <summary>What was asked.</summary>
    public RunRequest Read(ParseResult parsed) => new()
    {
        ConfigurationFile = _file is null ? null : parsed.GetValue(_file),
        Overrides = parsed.GetValue(overrides) ?? [],
        Parent = parsed.GetRequiredValue(_parent),
        Name = parsed.GetValue(_name),
        Resume = _resume is null ? null : parsed.GetValue(_resume),
        Workers = parsed.GetValue(workers),
        Quiet = parsed.GetValue(_quiet),
        Json = parsed.GetValue(_json),
    };
}
