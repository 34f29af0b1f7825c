using Hashee.Host;

namespace Hashee.Aws.Tests;

public class AwsEndpointTests
{
    [Theory]
    [InlineData("eu-central-1", "dynamodb.eu-central-1.amazonaws.com")]
    [InlineData("us-gov-west-1", "dynamodb.us-gov-west-1.amazonaws.com")]
    [InlineData("cn-north-1", "dynamodb.cn-north-1.amazonaws.com.cn")]
    [InlineData("eusc-de-east-1", "dynamodb.eusc-de-east-1.amazonaws.eu")]
    public void A_region_has_hosts_in_its_partitions_domain(string region, string host) =>
        Assert.Equal(new Origin(true, host, 443), AwsEndpoint.Of("dynamodb", region));

    [Theory]
    [InlineData("")]
    [InlineData("example.com")]
    [InlineData("eu-central-1:80")]
    [InlineData("eu central 1")]
    [InlineData("eu-central-1/x")]
    [InlineData("eu-central-1\r\nX: y")]
    [InlineData("x@y")]
    public void What_is_no_regions_name_leads_nowhere(string region)
    {
        ConfigurationException wrong = Assert.Throws<ConfigurationException>(() => AwsEndpoint.Of("dynamodb", region));
        Assert.True(region.Length == 0 || !wrong.Message.Contains(region, StringComparison.Ordinal));
    }
}
