using Hashee.Host;
using Microsoft.Extensions.AI;

namespace Hashee.Agents.Models;

/// <summary>The tries of one request: four, with waits between them that the provider asks for, or else grow.</summary>
/// <param name="model">Provider and model.</param>
/// <param name="options">May be <see cref="ModelOptions"/>.</param>
/// <param name="clock">Measures the waits.</param>
/// <param name="cancellationToken">Ends a wait.</param>
internal sealed class ModelTries(string model, ChatOptions? options, TimeProvider clock, CancellationToken cancellationToken)
{
    /// <summary>For what would wait for ever otherwise: no function of Lambda runs for longer.</summary>
    private static readonly TimeSpan LongestTry = TimeSpan.FromMinutes(15);

    private static readonly TimeSpan LongestWait = TimeSpan.FromHours(1);
    private static readonly TimeSpan[] Waits = [TimeSpan.FromSeconds(0.5), TimeSpan.FromSeconds(1), TimeSpan.FromSeconds(2)];

    private readonly ModelOptions? _options = options as ModelOptions;
    private int _failed;

    private Deadline Deadline => _options?.Deadline ?? Deadline.Never;

    /// <summary>The next try's limit.</summary>
    internal TimeLimit NextLimit()
    {
        if (Deadline.HasPassed)
        {
            throw new ModelException(ModelTrouble.NoTime(model).Failure);
        }

        cancellationToken.ThrowIfCancellationRequested();
        return new TimeLimit(Deadline.OrEarlier(Deadline.After(LongestTry)), cancellationToken);
    }

    /// <summary>Waits for as long as it takes until another try is worth it.</summary>
    /// <exception cref="ModelException">There is none, or the wait would not end before the deadline.</exception>
    internal async ValueTask WaitAsync(ModelTrouble trouble)
    {
        if (!trouble.MayPass || _failed == Waits.Length)
        {
            throw new ModelException(trouble.Failure);
        }

        TimeSpan wait = trouble.Failure.Wait ?? TimeSpan.FromMilliseconds((long)(Waits[_failed].TotalMilliseconds * (0.75 + (Random.Shared.NextDouble() / 2))));
        if (wait > LongestWait || wait >= Deadline.Remaining)
        {
            throw new ModelException(trouble.Failure);
        }

        _failed++;
        Log.Warn(
            "A model did not answer; it is asked once more.",
            new("model", model),
            new("reason", trouble.Word),
            new("waitMilliseconds", (long)wait.TotalMilliseconds));
        _options?.OnRetry?.Invoke(new ModelRetry(trouble.Word, wait));
        await Task.Delay(wait, clock, cancellationToken).ConfigureAwait(false);
    }
}
