namespace Straggler.Scheduling;

/// <summary>Marks the options of schedulers and selections that ask more of clients than live ones give, with these options or with any.</summary>
public interface ILiveObstacle
{
    /// <summary>What stands in the way, as it follows the name and precedes "which is not possible with live clients"; null where nothing does.</summary>
    /// <remarks>Such as "has to know how long clients take", for nobody knows that of live ones.</remarks>
    string? LiveObstacle { get; }
}

/// <summary>What stands in the way of several.</summary>
internal static class LiveObstacles
{
    /// <summary>Nobody knows how long a live client takes.</summary>
    public const string Durations = "has to know how long clients take";

    /// <summary>A live client has one task at a time.</summary>
    public const string Queues = "queues tasks at clients";

    /// <summary>What stands in the way of a choice; null where nothing does.</summary>
    public static string? Of(Configuration.IChoice choice) => (choice.Options as ILiveObstacle)?.LiveObstacle;
}
