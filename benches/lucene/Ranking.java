import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.PrintStream;
import java.io.StringReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import org.apache.lucene.analysis.Analyzer;
import org.apache.lucene.analysis.TokenStream;
import org.apache.lucene.analysis.en.EnglishAnalyzer;
import org.apache.lucene.analysis.tokenattributes.CharTermAttribute;
import org.apache.lucene.document.Document;
import org.apache.lucene.document.Field;
import org.apache.lucene.document.StringField;
import org.apache.lucene.document.TextField;
import org.apache.lucene.index.DirectoryReader;
import org.apache.lucene.index.IndexWriter;
import org.apache.lucene.index.IndexWriterConfig;
import org.apache.lucene.index.Term;
import org.apache.lucene.search.BooleanClause;
import org.apache.lucene.search.BooleanQuery;
import org.apache.lucene.search.BoostQuery;
import org.apache.lucene.search.IndexSearcher;
import org.apache.lucene.search.Query;
import org.apache.lucene.search.ScoreDoc;
import org.apache.lucene.search.TermQuery;
import org.apache.lucene.search.TopDocs;
import org.apache.lucene.search.similarities.BM25Similarity;
import org.apache.lucene.store.FSDirectory;

/** Ranks texts with Lucene, by BM25 or by BM25 and RM3; {@code benches/ranking.py} runs it. */
public final class Ranking {
    private static final String TEXT = "contents";
    private static final String NUMBER = "id";
    /** Of RM3: hits that are learned from, words of a hit that are kept, and the weight of the query. */
    private static final int LEARNED_FROM = 10;
    private static final int WORDS = 10;
    private static final double ORIGINAL = 0.5;

    private final Analyzer analyzer = new EnglishAnalyzer();

    private Ranking() {}

    /**
     * {@code index TEXTS DIRECTORY} makes an index of lines of {@code {"id": ..., "contents": ...}};
     * {@code rank DIRECTORY QUERIES HITS K1 B RM3} prints a TREC run of lines of
     * {@code id TAB words}; RM3 is {@code true} or {@code false}.
     */
    public static void main(String[] words) throws Exception {
        Ranking ranking = new Ranking();
        if (words[0].equals("index")) {
            ranking.index(Path.of(words[1]), Path.of(words[2]));
        } else {
            BM25Similarity similarity = new BM25Similarity(Float.parseFloat(words[4]), Float.parseFloat(words[5]));
            ranking.rank(Path.of(words[1]), Path.of(words[2]), Integer.parseInt(words[3]), similarity, Boolean.parseBoolean(words[6]));
        }
    }

    private void index(Path texts, Path directory) throws IOException {
        JsonFactory json = new JsonFactory();
        try (IndexWriter writer = new IndexWriter(FSDirectory.open(directory), new IndexWriterConfig(analyzer));
                BufferedReader lines = Files.newBufferedReader(texts)) {
            for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                Document document = new Document();
                try (JsonParser parser = json.createParser(line)) {
                    parser.nextToken();
                    while (parser.nextFieldName() != null) {
                        String name = parser.currentName();
                        String value = parser.nextTextValue();
                        boolean number = name.equals(NUMBER);
                        document.add(number ? new StringField(NUMBER, value, Field.Store.YES) : new TextField(TEXT, value, Field.Store.YES));
                    }
                }
                writer.addDocument(document);
            }
            writer.forceMerge(1);
        }
    }

    private void rank(Path directory, Path queries, int hits, BM25Similarity similarity, boolean learns) throws IOException {
        PrintStream out = new PrintStream(System.out, false, StandardCharsets.UTF_8);
        try (DirectoryReader reader = DirectoryReader.open(FSDirectory.open(directory))) {
            IndexSearcher searcher = new IndexSearcher(reader);
            searcher.setSimilarity(similarity);
            for (String line : Files.readAllLines(queries)) {
                String[] parts = line.split("\t", 2);
                Map<String, Double> typed = counted(parts[1]);
                TopDocs found = searcher.search(query(typed), learns ? LEARNED_FROM : hits);
                if (learns) {
                    found = searcher.search(query(learned(typed, found, reader)), hits);
                }
                int rank = 0;
                for (ScoreDoc hit : found.scoreDocs) {
                    String number = reader.storedFields().document(hit.doc).get(NUMBER);
                    out.printf(Locale.ROOT, "%s Q0 %s %d %.6f lucene%n", parts[0], number, ++rank, hit.score);
                }
            }
        }
        out.flush();
    }

    /** How often a text has each word. */
    private Map<String, Double> counted(String text) throws IOException {
        Map<String, Double> counts = new TreeMap<>();
        try (TokenStream stream = analyzer.tokenStream(TEXT, new StringReader(text))) {
            CharTermAttribute term = stream.addAttribute(CharTermAttribute.class);
            stream.reset();
            while (stream.incrementToken()) {
                counts.merge(term.toString(), 1.0, Double::sum);
            }
            stream.end();
        }
        return counts;
    }

    private static Query query(Map<String, Double> words) {
        BooleanQuery.Builder builder = new BooleanQuery.Builder();
        words.forEach((word, weight) -> builder.add(new BoostQuery(new TermQuery(new Term(TEXT, word)), weight.floatValue()), BooleanClause.Occur.SHOULD));
        return builder.build();
    }

    /** The words of the query and those of the first hits, each half of the weight: RM3. */
    private Map<String, Double> learned(Map<String, Double> typed, TopDocs found, DirectoryReader reader) throws IOException {
        Map<String, Double> model = new HashMap<>();
        for (ScoreDoc hit : found.scoreDocs) {
            Map<String, Double> counts = counted(reader.storedFields().document(hit.doc).get(TEXT));
            counts.keySet().removeIf(word -> word.length() < 2 || !word.matches("[a-z0-9]+"));
            double length = counts.values().stream().mapToDouble(Double::doubleValue).sum();
            counts.forEach((word, count) -> model.merge(word, hit.score * count / length, Double::sum));
        }
        // Words of more than a tenth of all texts say nothing.
        for (String word : new ArrayList<>(model.keySet())) {
            if (reader.docFreq(new Term(TEXT, word)) > reader.numDocs() / 10) {
                model.remove(word);
            }
        }
        List<Map.Entry<String, Double>> best = new ArrayList<>(model.entrySet());
        best.sort(Map.Entry.<String, Double>comparingByValue().reversed().thenComparing(Map.Entry.comparingByKey()));
        best = best.subList(0, Math.min(WORDS, best.size()));
        Map<String, Double> mixed = new TreeMap<>();
        double all = typed.values().stream().mapToDouble(Double::doubleValue).sum();
        typed.forEach((word, count) -> mixed.merge(word, ORIGINAL * count / all, Double::sum));
        double share = best.stream().mapToDouble(Map.Entry::getValue).sum();
        best.forEach(entry -> mixed.merge(entry.getKey(), (1 - ORIGINAL) * entry.getValue() / share, Double::sum));
        return mixed;
    }
}
