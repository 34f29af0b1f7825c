using Hashee.Emulator.Terminal;

namespace Hashee.Emulator.Tests.Terminal;

public sealed class TimelineTableTests
{
    private static readonly MessageTimeline Warm = new()
    {
        Seal = TimeSpan.FromMilliseconds(1),
        WebhookStart = null,
        Webhook = TimeSpan.FromMilliseconds(2),
        Queue = TimeSpan.FromMilliseconds(3),
        WorkerStart = null,
        Worker = TimeSpan.FromMilliseconds(4, 270),
        Total = TimeSpan.FromMilliseconds(12, 500),
    };

    private static readonly MessageTimeline Cold = Warm with
    {
        WebhookStart = TimeSpan.FromMilliseconds(100),
        WorkerStart = TimeSpan.FromMilliseconds(1000),
        Total = TimeSpan.FromMilliseconds(1234, 560),
    };

    [Fact]
    public void What_no_step_accounts_for_lies_in_between()
    {
        Assert.Equal(TimeSpan.FromMilliseconds(2, 230), Warm.Between);
        Assert.Equal(TimeSpan.FromMilliseconds(124, 290), Cold.Between);
    }

    [Fact]
    public void A_message_is_cold_when_a_function_had_to_start()
    {
        Assert.False(Warm.IsCold);
        Assert.True(Cold.IsCold);
        Assert.True((Cold with { WebhookStart = null }).IsCold);
    }

    [Fact]
    public void The_table_has_a_row_for_each_step_and_fits_80_columns()
    {
        StringWriter output = new();

        Consoles.CreatePlain(output).Write(TimelineTable.Of(Cold, Warm));

        Assert.Equal(
            """
            ───────────────────────────────────────────────────────────────────────
              The way of the message                               cold      warm
            ───────────────────────────────────────────────────────────────────────
              User's device: seal and sign                       1.0 ms    1.0 ms
              Webhook: start, exec to ready                    100.0 ms         -
              Webhook: verify and queue                          2.0 ms    2.0 ms
              Queue to worker                                    3.0 ms    3.0 ms
              Worker: start, exec to ready                   1,000.0 ms         -
              Worker: open, verify, answer, reply                4.3 ms    4.3 ms
              In between: HTTP and the emulator's own work     124.3 ms    2.2 ms
            ───────────────────────────────────────────────────────────────────────
              Message to reply                               1,234.6 ms   12.5 ms
            ───────────────────────────────────────────────────────────────────────

            """,
            string.Join('\n', output.ToString().Split('\n').Select(static line => line.TrimEnd())));
    }
}
