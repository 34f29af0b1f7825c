using System.Text.Json;
using Hashee.Testing.Servers;

namespace Hashee.Lambda.Tests.Processes;

public class FunctionProcessTests
{
    private static readonly (string, string)[] Valid =
    [
        ("NAME", "agent"), ("SECRET", SampleFunctions.Secret), ("QUEUE_URL", "https://sqs.eu-west-1.amazonaws.com/123456789012/jobs.fifo"),
        ("AWS_REGION", "eu-west-1"), ("AWS_ACCESS_KEY_ID", "AKIDEXAMPLE"), ("AWS_SECRET_ACCESS_KEY", SampleFunctions.Secret),
    ];

    [Fact]
    public void A_function_outside_of_Lambda_says_so_and_ends()
    {
        using FunctionProcess function = FunctionProcess.Start("echo");

        (int exitCode, string[] lines) = function.WaitForExit();

        Assert.Equal(1, exitCode);
        JsonElement record = JsonDocument.Parse(Assert.Single(lines)).RootElement;
        Assert.Equal("FATAL", record.GetProperty("level").GetString());
        Assert.Contains("AWS_LAMBDA_RUNTIME_API", record.GetProperty("message").GetString(), StringComparison.Ordinal);
    }

    [Fact]
    public void A_process_ends_with_a_clear_record_when_the_Runtime_API_is_gone()
    {
        using RuntimeApiServer api = new(RuntimeApiServer.Event("1"));
        using FunctionProcess function = FunctionProcess.Start("echo", ("AWS_LAMBDA_RUNTIME_API", api.Address));

        (int exitCode, string[] lines) = function.WaitForExit();

        Assert.Equal(1, exitCode);
        Assert.Equal("1", Assert.Single(api.Reports).Text);
        JsonElement record = JsonDocument.Parse(Assert.Single(lines)).RootElement;
        Assert.Equal("The Runtime API is gone; this instance ends.", record.GetProperty("message").GetString());
        Assert.Equal($"connecting to {api.Address} failed: Connection refused", record.GetProperty("reason").GetString());
        Assert.False(record.TryGetProperty("requestId", out _));
    }

    [Fact]
    public void A_deadline_that_had_passed_is_named_in_the_log()
    {
        using RuntimeApiServer api = new(
            "HTTP/1.1 200 OK\r\nLambda-Runtime-Aws-Request-Id: request-1\r\nLambda-Runtime-Deadline-Ms: 1\r\nContent-Length: 1\r\n\r\n1");
        using FunctionProcess function = FunctionProcess.Start("echo", ("AWS_LAMBDA_RUNTIME_API", api.Address));

        (_, string[] lines) = function.WaitForExit();

        Assert.Equal("1", Assert.Single(api.Reports).Text);
        JsonElement record = JsonDocument.Parse(lines[0]).RootElement;
        Assert.Equal("WARN", record.GetProperty("level").GetString());
        Assert.StartsWith("The invocation's deadline had passed when it came", record.GetProperty("message").GetString(), StringComparison.Ordinal);
        Assert.Equal("request-1", record.GetProperty("requestId").GetString());
    }

    [Theory]
    [InlineData("2")]
    [InlineData("10")]
    [InlineData("many")]
    public void More_than_one_invocation_at_a_time_is_refused_in_INIT(string concurrency)
    {
        (HttpMessage report, _) = FailToStart("echo", ("AWS_LAMBDA_MAX_CONCURRENCY", concurrency));

        JsonElement error = JsonDocument.Parse(report.Body).RootElement;
        Assert.Contains("AWS_LAMBDA_MAX_CONCURRENCY", error.GetProperty("errorMessage").GetString(), StringComparison.Ordinal);
    }

    [Fact]
    public void One_invocation_at_a_time_may_be_asked_for()
    {
        Assert.Equal("7", RunOnce("echo", "7", ("AWS_LAMBDA_MAX_CONCURRENCY", "1")).Report.Text);
    }

    [Fact]
    public void A_failed_start_is_posted_with_its_type_and_without_its_message()
    {
        (HttpMessage report, string[] lines) = FailToStart("fails-to-start");

        Assert.Equal("System.InvalidOperationException", report.Headers["Lambda-Runtime-Function-Error-Type"]);
        JsonElement error = JsonDocument.Parse(report.Body).RootElement;
        Assert.Equal("System.InvalidOperationException", error.GetProperty("errorType").GetString());
        Assert.Equal(JsonValueKind.Array, error.GetProperty("stackTrace").ValueKind);
        Assert.DoesNotContain(SampleFunctions.Secret, report.Text, StringComparison.Ordinal);
        string record = Assert.Single(lines);
        Assert.Contains(nameof(SampleFunctions), record, StringComparison.Ordinal);
        Assert.DoesNotContain(SampleFunctions.Secret, record, StringComparison.Ordinal);
    }

    [Fact]
    public void A_failure_in_a_static_constructor_is_reported_as_what_it_is()
    {
        (HttpMessage report, _) = FailToStart("fails-in-static-constructor");

        JsonElement error = JsonDocument.Parse(report.Body).RootElement;
        Assert.Equal("Hashee.Host.ConfigurationException", error.GetProperty("errorType").GetString());
        Assert.Equal("KEY is missing.", error.GetProperty("errorMessage").GetString());
    }

    [Fact]
    public void A_valid_configuration_is_read()
    {
        Assert.Equal(
            "agent 28 plain https://sqs.eu-west-1.amazonaws.com/123456789012/jobs.fifo none https://api.example/v1 eu-west-1 none none",
            RunOnce("configuration", "{}", Valid).Report.Text);
    }

    [Fact]
    public void Optional_variables_are_read_when_they_are_set()
    {
        (string, string)[] optional =
        [
            ("MODE", "sealed"), ("OTHER_URL", "https://other.example"), ("BASE_URL", "http://localhost:8080/x"),
            ("AWS_ENDPOINT_URL_SQS", "http://127.0.0.1:4566"), ("AWS_SESSION_TOKEN", "token"),
        ];

        Assert.Equal(
            "agent 28 sealed https://sqs.eu-west-1.amazonaws.com/123456789012/jobs.fifo https://other.example " +
            "http://localhost:8080/x eu-west-1 127.0.0.1:4566 token",
            RunOnce("configuration", "{}", [.. Valid, .. optional]).Report.Text);
    }

    [Theory]
    [InlineData("AWS_ENDPOINT_URL_SQS", 1)]
    [InlineData("AWS_ENDPOINT_URL_S3", 2)]
    public void A_services_own_endpoint_wins_over_that_of_all_services(string variable, int port)
    {
        (string, string)[] endpoints = [(variable, "http://127.0.0.1:1"), ("AWS_ENDPOINT_URL", "http://127.0.0.1:2")];

        string answer = RunOnce("configuration", "{}", [.. Valid, .. endpoints]).Report.Text;

        Assert.EndsWith($" eu-west-1 127.0.0.1:{port} none", answer, StringComparison.Ordinal);
    }

    [Fact]
    public void The_endpoint_of_all_services_is_an_origin_too() => Assert.Contains(
        " AWS_ENDPOINT_URL is malformed: it must be an origin, without a path",
        ConfigurationProblem([.. Valid, ("AWS_ENDPOINT_URL", "http://127.0.0.1:2/x-value")]),
        StringComparison.Ordinal);

    [Fact]
    public void Every_missing_variable_is_named_at_once()
    {
        string message = ConfigurationProblem();

        Assert.All(
            ["NAME", "SECRET", "QUEUE_URL", "AWS_REGION", "AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"],
            name => Assert.Contains($" {name} is missing.", message, StringComparison.Ordinal));
        Assert.DoesNotContain("malformed", message, StringComparison.Ordinal);
    }

    [Fact]
    public void An_empty_value_counts_as_missing()
    {
        Assert.Contains(" NAME is missing.", ConfigurationProblem([.. Valid, ("NAME", "")]), StringComparison.Ordinal);
    }

    [Fact]
    public void Every_malformed_variable_is_named_at_once_and_no_value_is_shown()
    {
        string message = ConfigurationProblem(
        [
            .. Valid, ("MODE", "x-value"), ("QUEUE_URL", "ftp://x-value"), ("OTHER_URL", "http://x-value.example"),
            ("BASE_URL", "https://x-value@host"), ("AWS_ENDPOINT_URL_SQS", "http://[::1]:1/x-value"),
        ]);

        Assert.All(
            ["MODE", "QUEUE_URL", "OTHER_URL", "BASE_URL", "AWS_ENDPOINT_URL_SQS"],
            name => Assert.Contains($" {name} is malformed: ", message, StringComparison.Ordinal));
        Assert.DoesNotContain("x-value", message, StringComparison.Ordinal);
        Assert.DoesNotContain("missing", message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_failed_early_connection_is_logged_and_does_not_fail_INIT()
    {
        (_, string[] lines) = RunOnce(
            "connect-early", "{}", [.. Valid, ("QUEUE_URL", "https://127.0.0.1:1/1/jobs.fifo"), ("AWS_CA_BUNDLE", "/no/such/file")]);

        JsonElement record = JsonDocument.Parse(lines[0]).RootElement;
        Assert.Equal("WARN", record.GetProperty("level").GetString());
        Assert.Contains("AWS_CA_BUNDLE", record.GetProperty("reason").GetString(), StringComparison.Ordinal);
    }

    [Fact]
    public void The_time_that_resolving_a_name_may_take_is_bounded_unless_the_environment_says_otherwise()
    {
        (string, string)[] environment = [.. Valid, ("QUEUE_URL", "http://127.0.0.1:1/1/jobs.fifo")];

        Assert.Equal("timeout:1 attempts:2", RunOnce("connect-early", "{}", environment).Report.Text);
        Assert.Equal("timeout:5", RunOnce("connect-early", "{}", [.. environment, ("RES_OPTIONS", "timeout:5")]).Report.Text);
    }

    [Fact]
    public void The_heap_gets_three_quarters_of_the_functions_memory()
    {
        Assert.Equal($"{128 * 1024 * 1024 / 4 * 3}", RunOnce("heap", "{}", ("AWS_LAMBDA_FUNCTION_MEMORY_SIZE", "128")).Report.Text);
    }

    [Fact]
    public void Records_are_JSON_lines_with_the_request_id()
    {
        string[] lines = RunOnce("log", "with \"quotes\"\nand \u0001 two lines").Lines;

        JsonElement[] records = [.. lines.Select(line => JsonDocument.Parse(line).RootElement)];
        Assert.Equal(["INFO", "WARN", "ERROR", "FATAL"], records.Take(4).Select(record => record.GetProperty("level").GetString()));
        Assert.Equal(
            ["timestamp", "level", "message", "requestId", "text", "number"],
            records[0].EnumerateObject().Select(property => property.Name));
        Assert.Equal("A sentence.", records[0].GetProperty("message").GetString());
        Assert.Equal("request-1", records[0].GetProperty("requestId").GetString());
        Assert.Equal("with \"quotes\"\nand \u0001 two lines", records[0].GetProperty("text").GetString());
        Assert.Equal(42, records[0].GetProperty("number").GetInt32());
        Assert.Matches(
            "^[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}[.][0-9]{3}Z$", records[0].GetProperty("timestamp").GetString());
    }

    [Fact]
    public void With_the_format_Text_a_record_is_one_plain_line()
    {
        (string, string)[] environment = [("AWS_LAMBDA_LOG_FORMAT", "Text"), ("AWS_LAMBDA_LOG_LEVEL", "ERROR")];

        string[] lines = RunOnce("log", "with \"quotes\"\nERROR forged", environment).Lines;

        Assert.Matches("""^[0-9TZ:.-]{24} ERROR request-1 A sentence[.] text="with \\"quotes\\"\\nERROR forged" number=42$""", lines[0]);
        Assert.Matches("^[0-9TZ:.-]{24} FATAL request-1 A sentence[.] ", lines[1]);
    }

    [Theory]
    [InlineData("TRACE", "TRACE DEBUG INFO WARN ERROR FATAL")]
    [InlineData("DEBUG", "DEBUG INFO WARN ERROR FATAL")]
    [InlineData("info", "INFO WARN ERROR FATAL")]
    [InlineData("FATAL", "FATAL")]
    [InlineData("unknown", "INFO WARN ERROR FATAL")]
    public void Records_under_the_configured_level_are_dropped(string level, string expected)
    {
        string[] lines = RunOnce("log", "1", ("AWS_LAMBDA_LOG_LEVEL", level)).Lines;

        IEnumerable<string?> levels = lines
            .Select(line => JsonDocument.Parse(line).RootElement)
            .Where(record => record.TryGetProperty("requestId", out _))
            .Select(record => record.GetProperty("level").GetString());
        Assert.Equal(expected, string.Join(' ', levels));
    }

    [Fact]
    public void A_metric_is_written_whatever_the_level_is_and_names_the_function()
    {
        string[] lines = RunOnce("log", "1", ("AWS_LAMBDA_LOG_LEVEL", "FATAL"), ("AWS_LAMBDA_FUNCTION_NAME", "webhook")).Lines;

        JsonElement metric = JsonDocument.Parse(Assert.Single(lines, line => line.Contains("_aws", StringComparison.Ordinal))).RootElement;
        Assert.Equal("webhook", metric.GetProperty("FunctionName").GetString());
    }

    private static (HttpMessage Report, string[] Lines) RunOnce(
        string function, string payload, params ReadOnlySpan<(string, string)> environment)
    {
        using RuntimeApiServer api = new(RuntimeApiServer.Event(payload, "request-1"));
        using FunctionProcess process = FunctionProcess.Start(function, [("AWS_LAMBDA_RUNTIME_API", api.Address), .. environment]);
        (_, string[] lines) = process.WaitForExit();
        return (Assert.Single(api.Reports), lines);
    }

    private static (HttpMessage Report, string[] Lines) FailToStart(string function, params ReadOnlySpan<(string, string)> environment)
    {
        using RuntimeApiServer api = new(RuntimeApiServer.Event("1"));
        using FunctionProcess process = FunctionProcess.Start(function, [("AWS_LAMBDA_RUNTIME_API", api.Address), .. environment]);
        (int exitCode, string[] lines) = process.WaitForExit();
        Assert.Equal(1, exitCode);
        Assert.Empty(api.Requests);
        HttpMessage report = Assert.Single(api.Reports);
        Assert.Equal("POST /2018-06-01/runtime/init/error HTTP/1.1", report.StartLine);
        return (report, lines);
    }

    private static string ConfigurationProblem(params ReadOnlySpan<(string, string)> environment)
    {
        (HttpMessage report, string[] lines) = FailToStart("configuration", environment);
        JsonElement error = JsonDocument.Parse(report.Body).RootElement;
        Assert.Equal("Hashee.Host.ConfigurationException", error.GetProperty("errorType").GetString());
        string message = error.GetProperty("errorMessage").GetString()!;
        Assert.Equal(message, JsonDocument.Parse(Assert.Single(lines)).RootElement.GetProperty("errorMessage").GetString());
        return message;
    }
}
