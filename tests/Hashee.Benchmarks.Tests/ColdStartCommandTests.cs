using System.CommandLine;
using Hashee.Benchmarks.ColdStart;

namespace Hashee.Benchmarks.Tests;

public sealed class ColdStartCommandTests
{
    [Theory]
    [InlineData("--runs 3 --programs webhook,go --cold-file --one-core --memory 128,512 --no-early-connection --few-roots --json a.json --results b")]
    [InlineData("")]
    public void Documented_options_are_accepted(string options) => Assert.Empty(ColdStartCommand.Create().Parse(options).Errors);

    [Theory]
    [InlineData("--runs 0", "--runs must be at least 1")]
    [InlineData("--memory 64", "--memory takes sizes from 128 to 10240 MB, not '64'")]
    [InlineData("--memory 128,12x", "--memory takes sizes from 128 to 10240 MB, not '12x'")]
    public void A_value_that_makes_no_sense_is_named(string options, string message) =>
        Assert.Equal(message, Assert.Single(ColdStartCommand.Create().Parse(options).Errors).Message);
}
