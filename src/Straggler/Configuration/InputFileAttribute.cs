namespace Straggler.Configuration;

/// <summary>
/// Marks a text option that names a file to read. The configuration loader looks for it beside the configuration and in the folder of
/// <c>STRAGGLER_DATA</c>, reports one that is nowhere, and puts its full path into the record.
/// </summary>
/// <param name="dataFolder">The folder within <c>STRAGGLER_DATA</c> where such files lie, such as <c>traces</c>.</param>
[AttributeUsage(AttributeTargets.Property)]
public sealed class InputFileAttribute(string dataFolder) : Attribute
{
    /// <summary>The folder within <c>STRAGGLER_DATA</c>.</summary>
    public string DataFolder { get; } = dataFolder;
}
