namespace Hashee.Repository.Tests.Deployment;

public sealed class AlarmTests
{
    private static readonly Template Template = Template.Read();

    [Theory]
    [InlineData("DeadLettersAlarm", "AWS/SQS", "ApproximateNumberOfMessagesVisible", "{Name: QueueName, Value: !GetAtt DeadLetterQueue.QueueName}", 0)]
    [InlineData("OldestMessageAlarm", "AWS/SQS", "ApproximateAgeOfOldestMessage", "{Name: QueueName, Value: !GetAtt JobsQueue.QueueName}", 600)]
    [InlineData("WebhookUrl5xxAlarm", "AWS/Lambda", "Url5xxCount", "{Name: FunctionName, Value: !Ref WebhookFunction}", 0)]
    [InlineData("WebhookErrorsAlarm", "AWS/Lambda", "Errors", "{Name: FunctionName, Value: !Ref WebhookFunction}", 0)]
    [InlineData("WebhookThrottlesAlarm", "AWS/Lambda", "Throttles", "{Name: FunctionName, Value: !Ref WebhookFunction}", 0)]
    [InlineData("WorkerErrorsAlarm", "AWS/Lambda", "Errors", "{Name: FunctionName, Value: !Ref WorkerFunction}", 0)]
    public void An_alarm_goes_off_above_its_threshold(string alarm, string space, string metric, string dimension, int threshold)
    {
        Assert.Equal(space, Property(alarm, "Namespace"));
        Assert.Equal(metric, Property(alarm, "MetricName"));
        Assert.Equal($"[{dimension}]", Property(alarm, "Dimensions"));
        Assert.Equal(space == "AWS/SQS" ? "Maximum" : "Sum", Property(alarm, "Statistic"));
        Assert.Equal("GreaterThanThreshold", Property(alarm, "ComparisonOperator"));
        Assert.Equal(threshold, Template.Number($"Resources/{alarm}/Properties/Threshold"));
    }

    [Fact]
    public void There_are_seven_alarms_and_all_tell_the_same_topic_and_stay_quiet_without_traffic()
    {
        IReadOnlyList<string> alarms = Template.ResourcesOf("AWS::CloudWatch::Alarm");
        Assert.Equal(7, alarms.Count);
        Assert.All(alarms, static alarm =>
        {
            Assert.Equal("[!If [SendsAlarms, !Ref AlarmTopic, !Ref AWS::NoValue]]", Property(alarm, "AlarmActions"));
            Assert.Equal("notBreaching", Property(alarm, "TreatMissingData"));
            Assert.NotNull(Property(alarm, "AlarmDescription"));
        });
    }

    [Fact]
    public void A_flood_is_more_calls_in_5_minutes_than_the_owner_expects()
    {
        Assert.Equal("AWS/Lambda", Property("WebhookFloodAlarm", "Namespace"));
        Assert.Equal("UrlRequestCount", Property("WebhookFloodAlarm", "MetricName"));
        Assert.Equal("[{Name: FunctionName, Value: !Ref WebhookFunction}]", Property("WebhookFloodAlarm", "Dimensions"));
        Assert.Equal("Sum", Property("WebhookFloodAlarm", "Statistic"));
        Assert.Equal("300", Property("WebhookFloodAlarm", "Period"));
        Assert.Equal("GreaterThanThreshold", Property("WebhookFloodAlarm", "ComparisonOperator"));
        Assert.Equal("!Ref FloodThreshold", Property("WebhookFloodAlarm", "Threshold"));
    }

    [Fact]
    public void There_is_a_topic_with_a_subscription_only_when_an_address_is_given()
    {
        Assert.Equal("", Template["Parameters/AlarmEmail/Default"]);
        Assert.Equal("!Not [!Equals [!Ref AlarmEmail, ]]", Template["Conditions/SendsAlarms"]);
        Assert.Equal("SendsAlarms", Template["Resources/AlarmTopic/Condition"]);
        Assert.Equal("[{Protocol: email, Endpoint: !Ref AlarmEmail}]", Template["Resources/AlarmTopic/Properties/Subscription"]);
    }

    private static string? Property(string alarm, string name) => Template[$"Resources/{alarm}/Properties/{name}"];
}
