using System.Globalization;
using Hashee.Benchmarks.ColdStart.Reports;

namespace Hashee.Benchmarks.Tests;

public sealed class PriceTableTests
{
    private static readonly PriceTable Round = new(
        "2026-01-01", "nowhere-1", "https://example.com/", 0.20m, new Dictionary<string, decimal> { ["arm64"] = 0.00001m, ["x86_64"] = 0.00002m });

    [Fact]
    public void A_million_calls_cost_the_requests_and_the_gigabyte_seconds()
    {
        // 1,000,000 calls of 100 ms at half a GB are 50,000 GB-seconds.
        Assert.Equal(0.20m + 0.50m, Round.PerMillionCalls("arm64", 512, 100));
        Assert.Equal(0.20m + 1.00m, Round.PerMillionCalls("x86_64", 512, 100));
    }

    [Theory]
    [InlineData(0, 1)]
    [InlineData(0.2, 1)]
    [InlineData(1, 1)]
    [InlineData(1.01, 2)]
    [InlineData(99.5, 100)]
    public void Every_begun_millisecond_is_billed(double milliseconds, long billed) =>
        Assert.Equal(billed, PriceTable.BilledMilliseconds(milliseconds));

    [Fact]
    public void The_file_is_dated_and_has_both_architectures_with_arm_cheaper()
    {
        PriceTable prices = PriceTable.Load();

        Assert.True(DateOnly.TryParseExact(prices.Date, "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out _));
        Assert.StartsWith("https://aws.amazon.com/", prices.Source, StringComparison.Ordinal);
        Assert.InRange(prices.PerGigabyteSecond["arm64"], 0.000001m, prices.PerGigabyteSecond["x86_64"]);
        Assert.True(prices.PerMillionRequests > 0);
    }

    [Fact]
    public void The_cheapest_size_is_the_one_with_the_lowest_price_and_the_smaller_of_equals()
    {
        MemorySize[] sizes = [Size(128, 100), Size(256, 50), Size(512, 20), Size(1024, 10)];

        // In MB-milliseconds: 12,800, 12,800, 10,240, 10,240.
        Assert.Equal(512, MemorySize.Cheapest(sizes, Round, "arm64", static size => size.Cold).Megabytes);
    }

    [Fact]
    public void The_fastest_size_is_the_smallest_within_five_percent_of_the_shortest_time()
    {
        MemorySize[] sizes = [Size(128, 100), Size(512, 10.6), Size(1024, 10.4), Size(1769, 10)];

        Assert.Equal(1024, MemorySize.Fastest(sizes, static size => size.Cold).Megabytes);
    }

    private static MemorySize Size(int megabytes, double milliseconds)
    {
        Distribution time = new(1, milliseconds, milliseconds, milliseconds);
        return new MemorySize(megabytes, time, time);
    }
}
