using Hashee.Benchmarks.ColdStart.Reports;

namespace Hashee.Benchmarks.Tests;

public sealed class DistributionTests
{
    [Fact]
    public void No_values_have_no_distribution() => Assert.Null(Distribution.Of([]));

    [Fact]
    public void One_value_is_every_percentile_of_itself() => Assert.Equal(new Distribution(1, 7, 7, 7), Distribution.Of([7]));

    [Fact]
    public void The_median_of_an_even_number_lies_between_the_middle_two() => Assert.Equal(2.5, Distribution.Of([4, 1, 3, 2])!.Value.Median);

    [Fact]
    public void The_order_of_the_values_does_not_matter() => Assert.Equal(Distribution.Of([1, 2, 3, 9, 5]), Distribution.Of([9, 5, 3, 2, 1]));

    [Theory]
    [InlineData(0, 0)]
    [InlineData(0.5, 50)]
    [InlineData(0.9, 90)]
    [InlineData(0.99, 99)]
    [InlineData(0.995, 99.5)]
    [InlineData(1, 100)]
    public void A_percentile_interpolates_between_the_nearest_ranks(double fraction, double expected)
    {
        double[] sorted = [.. Enumerable.Range(0, 101).Select(static value => (double)value)];

        Assert.Equal(expected, Distribution.Percentile(sorted, fraction), tolerance: 1e-9);
    }
}
