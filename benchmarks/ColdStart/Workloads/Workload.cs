using Hashee.Benchmarks.ColdStart.Services;

namespace Hashee.Benchmarks.ColdStart.Workloads;

/// <summary>What a measured program has to do, and whether it did.</summary>
internal abstract class Workload
{
    /// <summary>Configuration of the function, beyond what Lambda sets itself.</summary>
    /// <param name="cloud">The origin of everything outside.</param>
    public abstract IReadOnlyDictionary<string, string> Environment(Uri cloud);

    /// <summary>The answer to GET /keys/users/{id}/devices, JSON; empty where nobody asks.</summary>
    public virtual byte[] Devices => [];

    /// <summary>A call like no other before it, of this moment.</summary>
    public abstract Call CreateCall();

    /// <summary>Looks at what the program made of a call.</summary>
    /// <param name="call">The call.</param>
    /// <param name="message">What it sent to the outside; null when it sent nothing.</param>
    /// <param name="response">What it answered.</param>
    /// <returns>Null when all is as it should be, otherwise what is not.</returns>
    public abstract string? Check(Call call, HttpExchange? message, byte[] response);
}
