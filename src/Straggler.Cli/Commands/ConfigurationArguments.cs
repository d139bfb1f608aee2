using System.CommandLine;
using System.CommandLine.Parsing;

namespace Straggler.Cli.Commands;

/// <summary>The arguments by which a command takes a configuration.</summary>
internal static class ConfigurationArguments
{
    /// <summary>The <c>key=value</c> arguments.</summary>
    public static Argument<string[]> Overrides()
    {
        Argument<string[]> overrides = new("key=value")
        {
            Description = "Overrides of configuration fields, such as rounds=500 strategy=fedbuff strategy.buffer_size=8 delay.params=[0,1.5]",
            Arity = ArgumentArity.ZeroOrMore,
        };
        overrides.Validators.Add(NoOptions);
        return overrides;
    }

    /// <summary>The configuration file.</summary>
    public static Option<string?> File() =>
        new("--cfg") { Description = "The configuration file; configs/experiment.yaml if there is one, else defaults." };

    /// <summary>An empty text, as an unset variable of a script gives, means no file and no folder.</summary>
    public static void NotEmpty(CommandResult result, params Option[] options)
    {
        foreach (Option option in options)
        {
            if (result.GetResult(option) is { Implicit: false, Tokens: [{ Value: "" }] })
            {
                result.AddError($"{option.Name}: \"\" is not usable. Expected a text that is not empty.");
            }
        }
    }

    /// <summary>A run that goes on has its configuration and its place already.</summary>
    public static void Alone(CommandResult result, Option resume, params Option[] others)
    {
        foreach (Option other in others)
        {
            if (result.GetResult(resume) is { Implicit: false } && result.GetResult(other) is { Implicit: false })
            {
                result.AddError($"{other.Name} cannot be used with {resume.Name}: the run directory says it already.");
            }
        }
    }

    /// <summary>Refuses overrides of some fields.</summary>
    /// <param name="overrides">The overrides.</param>
    /// <param name="keys">The fields, or the sections whose fields they are.</param>
    /// <param name="reason">Says why, of a field.</param>
    public static void Refuse(Argument<string[]> overrides, IReadOnlyList<string> keys, Func<string, string> reason) => overrides.Validators.Add(result =>
    {
        foreach (Token token in result.Tokens)
        {
            if (keys.FirstOrDefault(key => token.Value == key || token.Value.StartsWith(key + ".", StringComparison.Ordinal)
                || token.Value.StartsWith(key + "=", StringComparison.Ordinal)) is { } given)
            {
                result.AddError($"{token.Value}: {reason(given)}");
            }
        }
    });

    /// <summary>What no option claims ends up among the overrides.</summary>
    private static void NoOptions(ArgumentResult result)
    {
        foreach (Token token in result.Tokens.Where(token => token.Value.StartsWith('-')))
        {
            result.AddError($"{token.Value} is an unknown option.");
        }
    }
}
