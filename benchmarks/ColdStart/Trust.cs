namespace Hashee.Benchmarks.ColdStart;

/// <summary>How a program is told which root certificates to trust.</summary>
internal enum Trust
{
    /// <summary>It makes no TLS connection.</summary>
    None,

    /// <summary><c>AWS_CA_BUNDLE</c>: five Amazon roots and the measurement's, in place of the five that the program has built in.</summary>
    BuiltIn,

    /// <summary><c>SSL_CERT_FILE</c>: all of the system's roots and the measurement's, as a function finds them in its image.</summary>
    System,

    /// <summary><c>SSL_CERT_FILE</c>: five Amazon roots and the measurement's, as whoever deploys a function can give it.</summary>
    Few,

    /// <summary><c>NODE_EXTRA_CA_CERTS</c>: the measurement's, beside those that Node has built in.</summary>
    Node,
}
