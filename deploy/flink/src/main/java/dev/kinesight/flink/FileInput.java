package dev.kinesight.flink;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import org.apache.flink.api.common.typeinfo.TypeInformation;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.connector.file.src.FileSource;
import org.apache.flink.connector.file.src.reader.SimpleStreamFormat;
import org.apache.flink.connector.file.src.reader.StreamFormat;
import org.apache.flink.core.fs.FSDataInputStream;
import org.apache.flink.core.fs.Path;

/** The lines of a file of NDJSON: for backfills. Windows end with the file, so that its order does not matter. */
final class FileInput extends SimpleStreamFormat<Arrival> {
  private static final long serialVersionUID = 1;
  private static final int BUFFER = 1 << 16;

  private final StreamConfig config;
  private final String name;

  private FileInput(StreamConfig config, String name) {
    this.config = config;
    this.name = name;
  }

  static FileSource<Arrival> of(StreamConfig config, Path path) throws IOException {
    // Flink would say so too, by and by, and among much else.
    if (!path.getFileSystem().exists(path)) {
      throw new IllegalArgumentException("--input: expected a file, found none at " + path);
    }
    return FileSource.forRecordStreamFormat(new FileInput(config, path.getName()), path).build();
  }

  @Override
  public Reader createReader(Configuration settings, FSDataInputStream file) {
    return new Reader(file);
  }

  @Override
  public TypeInformation<Arrival> getProducedType() {
    return TypeInformation.of(Arrival.class);
  }

  /** Line by line, as bytes: what is no UTF-8 is for the parser to refuse. */
  final class Reader implements StreamFormat.Reader<Arrival> {
    private final FSDataInputStream file;
    private final RecordParser parser = new RecordParser(config);
    private final byte[] buffer = new byte[BUFFER];
    private final ByteArrayOutputStream line = new ByteArrayOutputStream();
    private int at;
    private int end;
    private long number;

    private Reader(FSDataInputStream file) {
      this.file = file;
    }

    @Override
    public Arrival read() throws IOException {
      byte[] data = nextLine();
      if (data == null) return null;
      Arrival arrival = new Arrival();
      arrival.shard = name;
      arrival.sequence = Long.toString(++number);
      arrival.arrivedMs = Long.MAX_VALUE;
      arrival.data = data;
      parser.read(arrival);
      return arrival;
    }

    private byte[] nextLine() throws IOException {
      line.reset();
      while (true) {
        if (at == end && !fill()) return line.size() > 0 ? line.toByteArray() : null;
        int begin = at;
        while (at < end && buffer[at] != '\n') ++at;
        // One that is far too long is refused whole; no more of it is kept.
        if (line.size() <= Members.MOST_BYTES) line.write(buffer, begin, at - begin);
        if (at == end) continue;
        ++at;
        return line.toByteArray();
      }
    }

    private boolean fill() throws IOException {
      at = 0;
      end = Math.max(0, file.read(buffer, 0, BUFFER));
      return end > 0;
    }

    @Override
    public void close() throws IOException {
      file.close();
    }
  }
}
