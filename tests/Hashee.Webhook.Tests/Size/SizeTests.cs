using System.IO.Compression;
using Hashee.Webhook.Tests.World;

namespace Hashee.Webhook.Tests.Size;

/// <summary>What is in the webhook's binary, and how much of it: size is what a cold start on a new host pays for.</summary>
public sealed class SizeTests
{
    private const int LargestBinary = 1_500_000;
    private const int LargestZip = 1_000_000;
    private const int LargestWorker = 5_000_000;

    private const string Baseline = "tests/Hashee.Webhook.Tests/webhook.sizes";
    private const string Present = "artifacts/host/webhook.sizes";

    /// <summary>Assemblies, namespaces and types that have no place in the webhook.</summary>
    private static readonly string[] Forbidden =
    [
        "System.Console",
        "System.Linq.",
        "System.Net.",
        "System.Reflection.Emit.",
        "System.Text.Json.JsonSerializer",
        "System.Text.Json.Serialization.",
        "System.Text.RegularExpressions.",
    ];

    [Fact]
    public void The_binary_has_at_most_1_5_MB()
    {
        long bytes = new FileInfo(Artifacts.Webhook).Length;

        ExpectAtMost(LargestBinary, "binary", bytes);
    }

    [Fact]
    public void The_zip_has_at_most_1_MB()
    {
        using MemoryStream zipped = new();
        using (ZipArchive zip = new(zipped, ZipArchiveMode.Create, leaveOpen: true))
        {
            zip.CreateEntryFromFile(Artifacts.Webhook, "bootstrap", CompressionLevel.SmallestSize);
        }

        ExpectAtMost(LargestZip, "zip", zipped.Length);
    }

    [Fact]
    public void No_HttpClient_SslStream_Regex_Console_Linq_JsonSerializer_or_reflection_emit_is_in_the_webhook() =>
        Assert.Empty(ForbiddenIn(Artifacts.WebhookSizes));

    [Fact]
    public void What_the_webhook_may_not_hold_is_found_where_it_is()
    {
        IReadOnlyList<string> found = ForbiddenIn(Artifacts.WorkerSizes);

        Assert.Contains(found, static name => name.StartsWith("System.Linq.", StringComparison.Ordinal));
    }

    [Fact]
    public void The_worker_has_at_most_5_MB_and_no_HttpClient_or_SslStream()
    {
        IReadOnlyList<string> found = ForbiddenIn(Artifacts.WorkerSizes);

        // A DataContent of Microsoft.Extensions.AI reads its media type with System.Net.Http's parser of headers, and has nothing else of it.
        string[] client = ["HttpClient", "HttpMessage", "HttpConnection", "SocketsHttp", "HttpRequest", "HttpResponse", "HttpContent"];
        Assert.DoesNotContain(found, name => client.Any(part => name.StartsWith($"System.Net.Http.{part}", StringComparison.Ordinal)));
        Assert.DoesNotContain("System.Net.Security.SslStream", found);
        Assert.InRange(new FileInfo(Artifacts.Worker).Length, 1, LargestWorker);
    }

    [Fact]
    public void The_report_accounts_for_the_products_own_code()
    {
        using SizeReport report = new(Artifacts.WebhookSizes);
        IReadOnlyDictionary<string, int> sizes = report.BytesByNamespace();

        string[] own = ["Hashee.Webhook", "Hashee.Lambda", "Hashee.Protocol"];
        Assert.All(own, name => Assert.InRange(sizes[name], 1_000, 200_000));
        Assert.InRange(sizes.Values.Sum(), 300_000, (int)new FileInfo(Artifacts.Webhook).Length);
    }

    [Fact]
    public void A_failure_would_name_what_grew_the_most_first()
    {
        Dictionary<string, int> before = SizeTable.Read("  500 System\n  300 System.Text\n  200 Gone\n");
        Dictionary<string, int> now = SizeTable.Read("  510 System\n  300 System.Text\n  900 System.Net.Http\n");

        Assert.Equal(["+900 System.Net.Http (0 → 900)", "+10 System (500 → 510)"], SizeTable.Growth(before, now));
    }

    [Fact]
    public void The_table_to_compare_with_is_in_the_repository_and_reads_as_it_was_written()
    {
        string text = File.ReadAllText(Artifacts.PathOf(Baseline));

        Assert.Equal(text, SizeTable.Write(SizeTable.Read(text)));
    }

    private static void ExpectAtMost(long limit, string what, long bytes)
    {
        string comparison = CompareWithBaseline();
        Assert.True(bytes <= limit, $"The webhook's {what} has {bytes} bytes, {bytes - limit} too many.\n{comparison}");
    }

    /// <summary>Writes the present table beside the report; says what grew since the committed one, and how to renew that.</summary>
    private static string CompareWithBaseline()
    {
        using SizeReport report = new(Artifacts.WebhookSizes);
        IReadOnlyDictionary<string, int> sizes = report.BytesByNamespace();
        File.WriteAllText(Artifacts.PathOf(Present), SizeTable.Write(sizes));
        Dictionary<string, int> baseline = SizeTable.Read(File.ReadAllText(Artifacts.PathOf(Baseline)));
        return $"""
            Since {Baseline} was made, these namespaces grew (bytes of code, tables and type descriptions):
            {string.Join('\n', SizeTable.Growth(baseline, sizes))}
            To renew the table, once a binary within the limits is built and tested: cp {Present} {Baseline}
            """;
    }

    private static IReadOnlyList<string> ForbiddenIn(string path)
    {
        using SizeReport report = new(path);
        return
        [
            .. report.Assemblies.Concat(report.TypeNames)
                .Where(static name => Forbidden.Any(forbidden => name == forbidden || name.StartsWith(forbidden, StringComparison.Ordinal)))
                .Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal),
        ];
    }
}
