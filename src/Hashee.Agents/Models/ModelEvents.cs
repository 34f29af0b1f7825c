namespace Hashee.Agents.Models;

/// <summary>The events of an answer that is streamed, each as soon as it has come.</summary>
internal abstract class ModelEvents : IDisposable
{
    /// <summary>What the present event is called; valid until the next.</summary>
    internal abstract ReadOnlySpan<byte> Type { get; }

    /// <summary>What the present event carries; valid until the next.</summary>
    internal abstract ReadOnlySpan<byte> Data { get; }

    /// <summary>Asks the model, the first time, and waits for the next event.</summary>
    /// <returns>False when the answer has ended.</returns>
    internal abstract ValueTask<bool> ReadAsync();

    public abstract void Dispose();
}
