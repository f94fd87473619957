using System.Buffers;
using Google.Protobuf;
using Google.Protobuf.WellKnownTypes;
using IdResolution.Core.Errors;
using IdResolution.Core.Templates;
using IdResolution.Core.Traceability;
using IdResolution.Server.Grpc;

namespace IdResolution.Server.Tests.Grpc;

/// <summary>What is read straight from the wire is what the generated message would have given.</summary>
[TestFixture]
public sealed class RegistrationWireReaderTests
{
    private const int Rounds = 3_000;

    private readonly Random _random = new(20_261_122);

    [Test]
    public void Messages_AreReadAsTheGeneratedMessageReadsThem()
    {
        for (var round = 0; round < Rounds; round++)
        {
            var message = NewMessage();
            Assert.That(
                Text(Read(message.ToByteArray())),
                Is.EqualTo(Text(MessageReader.Item(message))),
                Convert.ToHexString(message.ToByteArray())
            );
        }
    }

    [Test]
    public void Messages_CutOrChanged_AreRefusedOrReadWhereTheGeneratedMessageIs()
    {
        for (var round = 0; round < Rounds; round++)
        {
            var bytes = NewMessage().ToByteArray();
            if (bytes.Length == 0)
            {
                continue;
            }
            bytes = bytes[..(1 + _random.Next(bytes.Length))];
            if (round % 2 == 0)
            {
                bytes[_random.Next(bytes.Length)] ^= (byte)(1 << _random.Next(8));
            }
            Result<ItemRegistration> expected;
            try
            {
                expected = MessageReader.Item(V1.RegisterRequest.Parser.ParseFrom(bytes));
            }
            catch (InvalidProtocolBufferException)
            {
                Assert.That(
                    () => Read(bytes),
                    Throws.InstanceOf<InvalidProtocolBufferException>(),
                    Convert.ToHexString(bytes)
                );
                continue;
            }
            // A code given twice is a fault of the item here, and the last one wins in a map.
            var read = Read(bytes);
            if (
                !read.IsOk
                || read.Value.Request.Attributes.DistinctBy(a => a.Key).Count() == read.Value.Request.Attributes.Count
            )
            {
                Assert.That(Text(read), Is.EqualTo(Text(expected)), Convert.ToHexString(bytes));
            }
        }
    }

    private static Result<ItemRegistration> Read(byte[] bytes)
    {
        var reader = new RegistrationWireReader();
        reader.MergeFrom(new ReadOnlySequence<byte>(bytes));
        return reader.ToItem();
    }

    private static string Text(Result<ItemRegistration> result)
    {
        if (!result.TryGet(out var item, out var error))
        {
            return error.ToString();
        }
        var request = item.Request;
        var links = item.Links.Select(l => $"{l.Type} {l.To?.Text} {l.Quantity}");
        var events = item.Events.Select(e => $"{e.Type} {e.Time} {string.Join(',', e.Items.Select(i => i.Text))}");
        var attributes = request
            .Attributes.OrderBy(a => a.Key, StringComparer.Ordinal)
            .Select(a => $"{a.Key}={Text(a.Value)}");
        var values = request.Values.Select(v =>
            $"{v.Index} {v.Type} {Convert.ToHexString(v.Data)} {v.Ttl} {v.Permissions} {string.Join(',', v.References)}"
        );
        return $"{request.Template}|{request.Identifier}|{request.Source}|{request.SourceKey}|{request.Reinstate}|{string.Join(';', attributes)}|{string.Join(';', values)}|{string.Join(';', links)}|{string.Join(';', events)}";
    }

    private static string Text(InputValue value) =>
        $"{value.Kind}:{value.Text}:[{string.Join(',', value.Kind == InputKind.List ? value.Items.Select(Text) : [])}]";

    private V1.RegisterRequest NewMessage()
    {
        var message = new V1.RegisterRequest();
        if (Half())
        {
            message.Template = NewText();
        }
        if (Half())
        {
            message.Identifier = NewText();
        }
        if (Half())
        {
            message.Source = NewText();
        }
        if (Half())
        {
            message.SourceKey = NewText();
        }
        if (Half())
        {
            message.Reinstate = Half();
        }
        if (Half())
        {
            message.Attributes = NewStruct(2);
        }
        for (var i = _random.Next(3); i > 0; i--)
        {
            message.Values.Add(
                new V1.Value
                {
                    Index = _random.Next(),
                    Type = NewText(),
                    Data = ByteString.CopyFromUtf8(NewText()),
                    References =
                    {
                        new V1.Reference { Handle = NewText(), Index = 1 },
                    },
                }
            );
        }
        for (var i = _random.Next(3); i > 0; i--)
        {
            message.Links.Add(
                new V1.ItemLink
                {
                    Type = (V1.LinkType)_random.Next(8),
                    To = new V1.Thing { Text = NewText() },
                    Quantity = NewText(),
                }
            );
        }
        for (var i = _random.Next(3); i > 0; i--)
        {
            message.Events.Add(
                new V1.Event
                {
                    Type = (V1.EventType)_random.Next(20),
                    Time = NewText(),
                    Items = { new V1.Thing { Text = NewText() } },
                }
            );
        }
        return message;
    }

    private Struct NewStruct(int depth)
    {
        var attributes = new Struct();
        for (var i = _random.Next(6); i > 0; i--)
        {
            attributes.Fields[NewText()] = NewValue(depth);
        }
        return attributes;
    }

    private Value NewValue(int depth) =>
        _random.Next(depth > 0 ? 8 : 5) switch
        {
            0 => Value.ForNull(),
            1 => Value.ForBool(Half()),
            2 => Value.ForNumber(_random.NextDouble() * Math.Pow(10, _random.Next(-20, 20))),
            3 => Value.ForNumber(double.NaN),
            4 => Value.ForString(NewText()),
            5 => Value.ForStruct(NewStruct(depth - 1)),
            6 => new Value(),
            _ => Value.ForList([.. Enumerable.Range(0, _random.Next(4)).Select(_ => NewValue(depth - 1))]),
        };

    private string NewText() =>
        string.Concat(Enumerable.Range(0, _random.Next(8)).Select(_ => "aZ9/.-_ 膜é𝄞"[_random.Next(10)]));

    private bool Half() => _random.Next(2) == 0;
}
