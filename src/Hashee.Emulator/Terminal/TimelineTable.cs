using System.Globalization;
using Spectre.Console;
using Spectre.Console.Rendering;

namespace Hashee.Emulator.Terminal;

/// <summary>The way of a message as a table: one row for each step, one column for each message.</summary>
internal static class TimelineTable
{
    private const string NoValue = "-";

    /// <summary>Two messages side by side.</summary>
    public static IRenderable Of(MessageTimeline cold, MessageTimeline warm)
    {
        Table table = new() { Border = TableBorder.Horizontal, ShowFooters = true };
        table.AddColumn(new TableColumn("The way of the message") { Footer = new Text("Message to reply") });
        table.AddColumn(Times("cold", cold.Total));
        table.AddColumn(Times("warm", warm.Total));

        Row("User's device: seal and sign", static timeline => timeline.Seal);
        Row("Webhook: start, exec to ready", static timeline => timeline.WebhookStart);
        Row("Webhook: verify and queue", static timeline => timeline.Webhook);
        Row("Queue to worker", static timeline => timeline.Queue);
        Row("Worker: start, exec to ready", static timeline => timeline.WorkerStart);
        Row("Worker: open, verify, answer, reply", static timeline => timeline.Worker);
        Row("In between: HTTP and the emulator's own work", static timeline => timeline.Between);
        return table;

        void Row(string step, Func<MessageTimeline, TimeSpan?> time) => table.AddRow(step, Text(time(cold)), Text(time(warm)));
    }

    /// <summary>A time in milliseconds with one decimal.</summary>
    public static string Text(TimeSpan? time) =>
        time is { } value ? string.Create(CultureInfo.InvariantCulture, $"{value.TotalMilliseconds:N1} ms") : NoValue;

    private static TableColumn Times(string header, TimeSpan total) =>
        new TableColumn(header) { Alignment = Justify.Right, NoWrap = true, Footer = new Text(Text(total)) };
}
