#include "stream/simulator/cities.h"

#include <array>

namespace kinesight::stream {
namespace {

constexpr std::array kCities = {
    City{"BKK", "Bangkok", 13.8, 100.5, 28},   City{"DEL", "Delhi", 28.6, 77.2, 90},
    City{"LON", "London", 51.5, -0.1, 10},     City{"NYC", "New York", 40.7, -74.0, 9},
    City{"SYD", "Sydney", -33.9, 151.2, 6},    City{"PEK", "Beijing", 39.9, 116.4, 40},
    City{"PAR", "Paris", 48.9, 2.4, 12},       City{"BER", "Berlin", 52.5, 13.4, 11},
    City{"MAD", "Madrid", 40.4, -3.7, 10},     City{"ROM", "Rome", 41.9, 12.5, 13},
    City{"WAW", "Warsaw", 52.2, 21.0, 18},     City{"IST", "Istanbul", 41.0, 29.0, 20},
    City{"CAI", "Cairo", 30.0, 31.2, 45},      City{"LOS", "Lagos", 6.5, 3.4, 38},
    City{"NBO", "Nairobi", -1.3, 36.8, 18},    City{"JNB", "Johannesburg", -26.2, 28.0, 24},
    City{"CPT", "Cape Town", -33.9, 18.4, 8},  City{"KHI", "Karachi", 24.9, 67.0, 60},
    City{"LHE", "Lahore", 31.5, 74.3, 95},     City{"BOM", "Mumbai", 19.1, 72.9, 48},
    City{"CCU", "Kolkata", 22.6, 88.4, 55},    City{"DAC", "Dhaka", 23.8, 90.4, 80},
    City{"HAN", "Hanoi", 21.0, 105.8, 42},     City{"SGN", "Ho Chi Minh City", 10.8, 106.6, 24},
    City{"SIN", "Singapore", 1.4, 103.8, 14},  City{"CGK", "Jakarta", -6.2, 106.8, 40},
    City{"MNL", "Manila", 14.6, 121.0, 18},    City{"HKG", "Hong Kong", 22.3, 114.2, 17},
    City{"SEL", "Seoul", 37.6, 127.0, 21},     City{"TYO", "Tokyo", 35.7, 139.7, 10},
    City{"OSA", "Osaka", 34.7, 135.5, 11},     City{"MEL", "Melbourne", -37.8, 145.0, 7},
    City{"AKL", "Auckland", -36.8, 174.8, 5},  City{"LAX", "Los Angeles", 34.1, -118.2, 13},
    City{"CHI", "Chicago", 41.9, -87.6, 11},   City{"MEX", "Mexico City", 19.4, -99.1, 21},
    City{"BOG", "Bogotá", 4.7, -74.1, 15},     City{"LIM", "Lima", -12.0, -77.0, 29},
    City{"SCL", "Santiago", -33.4, -70.7, 25}, City{"SAO", "São Paulo", -23.6, -46.6, 15},
};

}  // namespace

std::span<const City> cities() { return kCities; }

}  // namespace kinesight::stream
