namespace Straggler.Delays;

/// <summary>What a task sends over the network.</summary>
/// <param name="Down">Bytes from the server to the client.</param>
/// <param name="Up">Bytes from the client to the server.</param>
public readonly record struct TransferBytes(long Down, long Up);
